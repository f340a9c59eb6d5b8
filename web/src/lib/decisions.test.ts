import { expect, test } from 'vitest';
import {
  decideByCosts,
  decideByThreshold,
  outcomeOf,
  rejectedOf,
  type Cost,
  type Rule,
} from './decisions.ts';

const P = {
  values: Float32Array.of(
    ...[0.6, 0.3, 0.1],
    ...[0.5, 0.45, 0.05],
    ...[0.34, 0.33, 0.33],
    ...[0.1, 0.15, 0.75],
    ...[0.05, 0.9, 0.05],
  ),
  classes: 3,
};
const truths = [0, 1, 2, 2, 1];

const missing: Cost = { truth: 1, predicted: null, cost: 5 };
const pair: Cost = { truth: 2, predicted: 1, cost: 10 };
const exception: Cost = { truth: 1, predicted: 0, cost: 2 };

// What linocut.core.decisions.DecisionRule decides with the same matrix of costs.
test.each<[string, Cost[], number | null, number[]]>([
  ['equal costs are the most probable class', [], null, [0, 0, 0, 2, 1]],
  ['what must not be missed is predicted more', [missing], null, [1, 1, 1, 1, 1]],
  ['one pair of classes has a cost of its own', [pair], null, [0, 0, 0, 2, 1]],
  ['a pair stands above its class', [missing, exception], null, [0, 1, 1, 1, 1]],
  ['rejection may cost least', [], 0.2, [-1, -1, -1, -1, 1]],
  ['and does more often where mistakes cost more', [missing, exception], 0.3, [-1, -1, -1, -1, 1]],
])('%s', (_, costs, rejecting, decided) => {
  expect([...decideByCosts(P, costs, rejecting)]).toEqual(decided);
});

test('what does not reach the threshold is rejected', () => {
  const certain = [0.6, 0.5, 0.34, 0.75, 0.9];
  expect([...decideByThreshold([0, 0, 0, 2, 1], certain, 0.5)]).toEqual([0, 0, -1, 2, 1]);
});

test('mistakes and rejections are counted, and what they cost', () => {
  const decided = Int32Array.of(0, 0, -1, 1, 1);
  const costs: Rule = { by: 'costs', costs: [missing, pair], rejecting: 0.25 };
  const found = outcomeOf(truths, decided, costs);
  expect(found).toEqual({ images: 5, rejected: 1, wrong: 2, cost: (5 + 0.25 + 10) / 5 });
  expect(outcomeOf(truths, decided, { by: 'threshold', threshold: 0.5 }).cost).toBeNull();
  expect(rejectedOf(truths, decided, 3)).toEqual([0, 0, 1]);
});
