import { expect, test } from 'vitest';
import { threshold } from './threshold.ts';

test('the threshold of two groups lies between them', () => {
  const values = Float32Array.of(0, 0.1, 0.1, 0.9, 0.9, 1);
  expect(threshold(values)).toBeGreaterThan(0.1);
  expect(threshold(values)).toBeLessThan(0.9);
});

test('values that are all the same have no threshold', () => {
  expect(threshold(new Float32Array(9))).toBeNaN();
});
