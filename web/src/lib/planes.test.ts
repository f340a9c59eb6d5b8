import { expect, test } from 'vitest';
import { atPixel, onePlane, overPlanes, paintColours } from './planes.ts';

const values = Float64Array.of(1, 2, 3, 4, 5, 6);

test('the numbers of a pixel lie side by side', () => {
  expect(atPixel(values, 1, 2)).toBe(15);
  expect([...overPlanes(values, 2)]).toEqual([6, 15]);
  expect([...onePlane(values, 2, 2)]).toEqual([3, 6]);
});

test('a grey image has one number a pixel', () => {
  expect(atPixel(values, 4, 6)).toBe(5);
  expect(overPlanes(values, 6)).toBe(values);
});

test('signed values have mid grey for zero', () => {
  expect([...paintColours([0, 2, -2], 2)]).toEqual([128, 255, 0, 255]);
  expect([...paintColours([0, 1, 0.2])]).toEqual([0, 255, 51, 255]);
});
