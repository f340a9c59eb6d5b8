import { expect, test } from 'vitest';
import { paired } from './duels.ts';

test('the difference is that of the images that only one gets right', () => {
  expect(paired(30, 10, 1000).difference).toBeCloseTo(0.02, 12);
});

test('the other way round it is the opposite', () => {
  const [one, other] = [paired(30, 10, 1000), paired(10, 30, 1000)];
  expect(other.difference).toBe(-one.difference);
  expect(other.interval[0]).toBeCloseTo(-one.interval[1], 12);
});

test('an interval that leaves out zero needs more than a few images', () => {
  expect(paired(4, 1, 1000).interval[0]).toBeLessThan(0);
  expect(paired(40, 10, 1000).interval[0]).toBeGreaterThan(0);
});

test('two models that never differ still have an interval', () => {
  const { interval } = paired(0, 0, 100);
  expect(interval[0]).toBeLessThan(0);
  expect(interval[1]).toBeGreaterThan(0);
});
