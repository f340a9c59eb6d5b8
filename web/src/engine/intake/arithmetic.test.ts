import { expect, test } from 'vitest';
import { rounded, sumOf } from './arithmetic.ts';

test('a number half-way between two goes to the even one', () => {
  expect([0.5, 1.5, 2.5, 2.4999, -1.5].map(rounded)).toEqual([0, 2, 2, 2, -2]);
});

test('a long sum loses no more than halves of it would', () => {
  expect(sumOf(new Float32Array(1000).fill(0.1))).toBeCloseTo(100, 4);
  expect(sumOf(Float32Array.of(1, 2, 3))).toBe(6);
});
