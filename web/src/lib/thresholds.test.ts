import { expect, test } from 'vitest';
import {
  COSTS,
  answersOf,
  costAt,
  detectionOf,
  nearest,
  splits,
  thresholdOf,
} from './thresholds.ts';

const EDGES = [0, 0.5, 0.9, 1];
// of ten images wrongly classified 3, 1, 0 by bin, correctly 1, 2, 3
const COUNTS = [3, 1, 0, 1, 2, 3];

test('a threshold accepts the bins above it', () => {
  expect(splits(COUNTS, EDGES)).toEqual([
    { threshold: 0, accepted: { no: 4, yes: 6 }, refused: { no: 0, yes: 0 } },
    { threshold: 0.5, accepted: { no: 1, yes: 5 }, refused: { no: 3, yes: 1 } },
    { threshold: 0.9, accepted: { no: 0, yes: 3 }, refused: { no: 4, yes: 3 } },
  ]);
});

test('fewer answers are right more often here', () => {
  const answers = splits(COUNTS, EDGES).map(answersOf);
  expect(answers.map(({ coverage }) => coverage.share)).toEqual([1, 0.6, 0.3]);
  expect(answers.map(({ accuracy }) => accuracy.share)).toEqual([0.6, 5 / 6, 1]);
  expect(answers.map(({ wrong }) => wrong)).toEqual([4, 1, 0]);
});

test('a class is found, taken for another or missed', () => {
  const { recall, precision, falseAlarms } = detectionOf(splits(COUNTS, EDGES)[1]);
  expect([recall.share, precision.share, falseAlarms.share]).toEqual([5 / 6, 5 / 6, 1 / 4]);
});

test('a cost asks for a threshold, and a threshold for that cost', () => {
  expect(thresholdOf(1)).toBe(0);
  expect(thresholdOf(10)).toBeCloseTo(0.9);
  expect(COSTS.map((cost) => COSTS[costAt(thresholdOf(cost))])).toEqual([...COSTS]);
});

test('the nearest threshold is taken', () => {
  expect(nearest(EDGES, 0.6)).toBe(1);
  expect(nearest(EDGES, 7)).toBe(3);
});
