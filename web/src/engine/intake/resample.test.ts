import { expect, test } from 'vitest';
import { nearest } from './resample.ts';
import { resized } from './resize.ts';

const grey = (height: number, width: number, ...values: number[]) => ({
  values: Uint8Array.from(values),
  height,
  width,
  planes: 1 as const,
});

test('an image that shrinks becomes the means of areas, halves rounded up', () => {
  expect([...resized(grey(2, 4, 0, 1, 8, 8, 0, 1, 8, 8), [1, 2]).values]).toEqual([1, 8]);
});

test('what an image of another shape leaves free has the grey of its border', () => {
  const tall = grey(4, 2, 7, 7, 7, 7, 7, 7, 7, 7);
  expect([...resized(tall, [4, 4]).values]).toEqual(Array<number>(16).fill(7));
});

test('the nearest pixels keep the greys there are', () => {
  expect([...nearest(grey(1, 3, 1, 2, 3), 1, 6).values]).toEqual([1, 1, 2, 2, 3, 3]);
});
