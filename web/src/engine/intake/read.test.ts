import { expect, test } from 'vitest';
import { ImageError, intakeOf } from './intake.ts';
import { read } from './read.ts';

const plain = intakeOf({ shape: [2, 2], ink: 'each', resampling: 'area', box: null, white: null });

function page(side: number, grey: number): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(4 * side * side).fill(grey);
  for (let k = 3; k < rgba.length; k += 4) rgba[k] = 255;
  return rgba;
}

function withStroke(side: number, from: number, to: number): Uint8ClampedArray {
  const rgba = page(side, 255);
  for (let y = from; y < to; y++)
    for (let x = from; x < to; x++) rgba.fill(0, 4 * (y * side + x), 4 * (y * side + x) + 3);
  return rgba;
}

test('dark ink on light paper becomes light ink on black', () => {
  expect([...read(page(4, 250), 4, 4, plain)]).toEqual([5, 5, 5, 5]);
  expect([...read(page(4, 5), 4, 4, plain)]).toEqual([5, 5, 5, 5]);
});

test('an image in colour keeps red, green and blue of each pixel together', () => {
  const red = Uint8ClampedArray.of(200, 10, 20, 255);
  const made = read(red, 1, 1, { ...plain, shape: [1, 2], colour: true, ink: 'light-on-dark' });
  expect([...made]).toEqual([200, 10, 20, 200, 10, 20]);
});

test('a drawing in a corner is scaled into the box and set into the middle', () => {
  const made = read(withStroke(40, 3, 13), 40, 40, { ...plain, shape: [8, 8], box: 4 });
  const inked = [...made.keys()].filter((k) => made[k] > 0);
  expect(inked).toEqual([18, 19, 20, 21, 26, 27, 28, 29, 34, 35, 36, 37, 42, 43, 44, 45]);
});

test('blank paper and paper with a single speck hold no ink', () => {
  const boxed = { ...plain, shape: [8, 8] as const, box: 4 };
  expect(Math.max(...read(page(40, 255), 40, 40, boxed))).toBe(0);
  expect(Math.max(...read(withStroke(40, 3, 4), 40, 40, boxed))).toBe(0);
});

test('pixels that do not fill the image are refused', () => {
  expect(() => read(page(4, 0), 4, 5, plain)).toThrow(ImageError);
  expect(() => read(page(2, 0), 2, 2, { ...plain, box: 1 })).toThrow('no ink can be found');
});
