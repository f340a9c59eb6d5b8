import { expect, test } from 'vitest';
import { shifted } from '../../model/shift.ts';
import { moved, UNMOVED } from './moved.ts';

const SIZE = { height: 9, width: 9 };
const image = Uint8Array.from({ length: 81 }, (_, i) => (i * 37) % 256);

test('an image that is not moved is itself', () => {
  expect(moved(image, SIZE, UNMOVED)).toBe(image);
});

test('whole pixels are moved exactly', () => {
  for (const [right, down] of [
    [2, -3],
    [-1, 0],
    [8, 8],
  ])
    expect([...moved(image, SIZE, { right, down, degrees: 0 })]).toEqual([
      ...shifted({ ink: image, ...SIZE }, { right, down }),
    ]);
});

test('a quarter turn is clockwise and exact', () => {
  const turned = moved(image, SIZE, { ...UNMOVED, degrees: 90 });
  // what was in the upper left is in the upper right
  expect(turned[8]).toBe(image[0]);
  expect(turned[80]).toBe(image[8]);
  expect(turned[40]).toBe(image[40]);
});

test('half a pixel mixes two neighbours', () => {
  const right = moved(image, SIZE, { ...UNMOVED, right: 0.5 });
  expect(right[40]).toBe(Math.round((image[39] + image[40]) / 2));
});

test('colours stay with each other', () => {
  const colours = Uint8Array.from({ length: 243 }, (_, i) => (i * 11) % 256);
  const down = moved(colours, SIZE, { ...UNMOVED, down: 1 });
  expect([...down.slice(27, 30)]).toEqual([...colours.slice(0, 3)]);
});
