import { expect, test } from 'vitest';
import { shade } from './colour.ts';
import { matrixOf } from './confusion.ts';
import { countsOf } from './counts.fixture.ts';
import type { PartMetrics } from './document.ts';
import {
  classesPerDot,
  mistakeColour,
  mistakeNear,
  orderOf,
  paintOverview,
  startOf,
} from './overview.ts';

const matrix = matrixOf({
  confusion: countsOf([
    [8, 0, 2, 0],
    [0, 9, 0, 1],
    [5, 0, 5, 0],
    [0, 0, 0, 10],
  ]),
} as PartMetrics);
const order = orderOf([2, 0, 3, 1]);
const EMPTY = [1, 2, 3] as const;

function dot(bytes: Uint8ClampedArray, side: number, row: number, column: number) {
  return Array.from(bytes.subarray(4 * (row * side + column), 4 * (row * side + column) + 3));
}

const rounded = (colour: readonly number[]) => Array.from(Uint8ClampedArray.from(colour));

test('an order knows the place of each class', () => {
  expect(order.place).toEqual([1, 3, 0, 2]);
});

test('each cell has the colour that the table gives to it', () => {
  const { bytes, side } = paintOverview(matrix, order, 1, EMPTY, false);
  expect(side).toBe(4);
  expect(dot(bytes, side, 0, 0)).toEqual(rounded(shade('correct', 0.5, false)));
  expect(dot(bytes, side, 0, 1)).toEqual(rounded(mistakeColour(0.5, 0.5, false)));
  expect(dot(bytes, side, 1, 0)).toEqual(rounded(mistakeColour(0.2, 0.5, false)));
  expect(dot(bytes, side, 0, 2)).toEqual([1, 2, 3]);
});

test('a dot of several cells shows the worst mistake in it', () => {
  const { bytes, side } = paintOverview(matrix, orderOf([0, 1, 2, 3]), 2, EMPTY, false);
  expect(side).toBe(2);
  expect(dot(bytes, side, 1, 0)).toEqual(rounded(mistakeColour(0.5, 0.5, false)));
  expect(dot(bytes, side, 0, 0)).toEqual(rounded(shade('correct', 0.85, false)));
});

test('a class that is never recognised has an empty cell', () => {
  const lost = matrixOf({
    confusion: countsOf([
      [0, 2],
      [0, 2],
    ]),
  } as PartMetrics);
  const { bytes, side } = paintOverview(lost, orderOf([0, 1]), 1, EMPTY, true);
  expect(dot(bytes, side, 0, 0)).toEqual([1, 2, 3]);
});

test('dots are never smaller than a pixel', () => {
  expect(classesPerDot(62, 600)).toBe(1);
  expect(classesPerDot(1000, 600)).toBe(2);
});

test('a click finds the most frequent mistake close to it', () => {
  expect(mistakeNear(matrix, order, 0, 0, 1)).toEqual({ truth: 2, predicted: 0 });
  expect(mistakeNear(matrix, order, 3, 3, 0)).toBeNull();
});

test('a close-up stays inside', () => {
  expect([startOf(0, 4, 10), startOf(5, 4, 10), startOf(9, 4, 10), startOf(1, 4, 3)]).toEqual([
    0, 3, 6, 0,
  ]);
});
