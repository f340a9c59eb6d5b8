import { expect, test } from 'vitest';
import { leastChangeWithin } from './least-change.ts';

const free = { low: -100, high: 100 };
const demand = (weights: number[], gap: number) => ({ weights: Float64Array.from(weights), gap });

test('one demand is met along its own weights', () => {
  const change = leastChangeWithin([1, 1], [demand([3, 4], 5)], free);
  expect(change?.[0]).toBeCloseTo(0.6, 9);
  expect(change?.[1]).toBeCloseTo(0.8, 9);
});

test('what is at its bound is left there, and the others make up for it', () => {
  const change = leastChangeWithin([0, 0.5], [demand([3, 4], 5)], { low: -100, high: 1 });
  expect(change?.[1]).toBeCloseTo(0.5, 9);
  expect(change?.[0]).toBeCloseTo(1, 9);
});

test('two demands are met together, by no more than both need', () => {
  const change = leastChangeWithin([0, 0], [demand([1, 0], 1), demand([1, 1], 3)], free);
  expect(change?.[0]).toBeCloseTo(1.5, 8);
  expect(change?.[1]).toBeCloseTo(1.5, 8);
  const both = leastChangeWithin([0, 0], [demand([1, 0], 2), demand([1, 1], 3)], free);
  expect(both?.[0]).toBeCloseTo(2, 8);
  expect(both?.[1]).toBeCloseTo(1, 8);
});

test('a demand that is met already asks for nothing', () => {
  expect([...(leastChangeWithin([5], [demand([1], -2)], free) ?? [])]).toEqual([0]);
});

test('what no change within the bounds can do is told', () => {
  expect(leastChangeWithin([0], [demand([1], 2)], { low: 0, high: 1 })).toBeNull();
  expect(leastChangeWithin([0], [demand([0], 1)], free)).toBeNull();
  const against = [demand([1], 0.5), demand([-1], 0.5)];
  expect(leastChangeWithin([0], against, { low: -1, high: 1 })).toBeNull();
});
