import { expect, test } from 'vitest';
import { largestIn, medianOfNine, smallestIn, smoothed } from './filters.ts';

const row = (...values: number[]) => ({
  values: Float32Array.from(values),
  height: 1,
  width: values.length,
});

test('a window of even size reaches further to the left', () => {
  expect([...largestIn(row(0, 0, 5, 0, 0, 0), 4).values]).toEqual([0, 5, 5, 5, 5, 0]);
  expect([...smallestIn(row(5, 5, 0, 5, 5, 5), 4).values]).toEqual([5, 0, 0, 0, 0, 5]);
});

test('a speck of one pixel is no median', () => {
  const values = new Float32Array(25);
  values[12] = 9;
  expect(Math.max(...medianOfNine({ values, height: 5, width: 5 }).values)).toBe(0);
});

test('smoothing keeps the sum and spreads it evenly to both sides', () => {
  const { values } = smoothed(row(0, 0, 0, 0, 8, 0, 0, 0, 0), 0.8);
  expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(8, 5);
  expect(values[3]).toBe(values[5]);
  expect(values[4]).toBeGreaterThan(values[3]);
});

test('paper of one grey stays as it is', () => {
  expect([...smoothed(row(0.3, 0.3, 0.3, 0.3), 1).values]).toEqual(
    Array<number>(4).fill(Math.fround(0.3)),
  );
});
