import { expect, test } from 'vitest';
import { wilson } from './wilson.ts';

test('bounds a share as the library does', () => {
  const { share, low, high } = wilson(9960, 10_000);
  expect(share).toBe(0.996);
  expect(low).toBeCloseTo(0.99456, 5);
  expect(high).toBeCloseTo(0.99706, 5);
});

test('never and always are reached, and nothing lies beyond', () => {
  expect(wilson(0, 20).low).toBe(0);
  expect(wilson(20, 20).high).toBe(1);
  expect(wilson(0, 0)).toEqual({ share: NaN, low: 0, high: 1 });
});
