import { expect, test } from 'vitest';
import type { Sprite } from './document.ts';
import { copyInk, placeOf, scaleFor } from './sprite.ts';

const sprite: Sprite = { count: 25, height: 8, width: 6, columns: 4, per_sheet: 12, sheets: [] };

test('tiles fill a sheet row by row, then the next sheet', () => {
  expect(placeOf(sprite, 0)).toEqual({ sheet: 0, x: 0, y: 0 });
  expect(placeOf(sprite, 5)).toEqual({ sheet: 0, x: 6, y: 8 });
  expect(placeOf(sprite, 11)).toEqual({ sheet: 0, x: 18, y: 16 });
  expect(placeOf(sprite, 12)).toEqual({ sheet: 1, x: 0, y: 0 });
});

test('an image pixel is a whole number of the screen’s dots', () => {
  expect(scaleFor({ height: 28, width: 28 }, 56, 1)).toBe(2);
  expect(scaleFor({ height: 28, width: 28 }, 42, 2)).toBe(1.5);
  expect(scaleFor({ height: 8, width: 8 }, 44, 1)).toBe(6);
  expect(scaleFor({ height: 200, width: 100 }, 44, 1)).toBe(1);
  expect(scaleFor({ height: 28, width: 28 }, 56, 0.75)).toBe(2);
});

test('a tile is taken out of a strip of several, in grey and in colour', () => {
  // two tiles of 1 × 2 pixels beside each other
  const strip = [255, 0, 51, 255, 0, 0, 0, 255, 51, 102, 153, 255, 255, 255, 0, 255];
  const [grey, colour] = [new Float64Array(2), new Float64Array(6)];
  copyInk(strip, 4, 2, 2, 1, grey);
  expect([...grey]).toEqual([0.2, 1]);
  copyInk(strip, 4, 2, 2, 3, colour);
  expect([...colour]).toEqual([0.2, 0.4, 0.6, 1, 1, 0]);
});
