import { expect, test } from 'vitest';
import { directionOf } from '../../model/evidence.ts';
import { pullsOn } from './pulls.ts';

// three training images, two features, two classes: W = Σ a x
const training = [
  [1, 0],
  [0, 2],
  [1, 1],
];
const coefficients = [0.5, -0.5, -1, 1, 0.25, 0];
const weights = [0, 1].map((k) =>
  [0, 1].map((i) => training.reduce((sum, x, n) => sum + coefficients[2 * n + k] * x[i], 0)),
);
const intercepts = [0.125, -0.5];
const scoresOf = (x: number[]) => weights.map((w, k) => w[0] * x[0] + w[1] * x[1] + intercepts[k]);

test('all pulls and the intercepts are the margin', () => {
  const x = [3, 5];
  const { towards, away, rest, margin } = pullsOn(
    x,
    scoresOf(x),
    directionOf(2, 0, 1),
    training,
    coefficients,
    3,
  );
  expect(towards).toEqual([
    { index: 0, evidence: 3 },
    { index: 2, evidence: 2 },
  ]);
  expect(away).toEqual([{ index: 1, evidence: -20 }]);
  expect(rest).toBeCloseTo(0.625);
  expect(margin).toBeCloseTo(3 + 2 - 20 + 0.625);
});

test('what is not shown is in the rest', () => {
  const x = [3, 5];
  const { towards, rest } = pullsOn(
    x,
    scoresOf(x),
    directionOf(2, 0, 1),
    training,
    coefficients,
    1,
  );
  expect(towards).toEqual([{ index: 0, evidence: 3 }]);
  expect(rest).toBeCloseTo(2.625);
});
