import { expect, test } from 'vitest';
import { decidedOn } from './decided.ts';

const RULE = { thresholds: null, costs: null, rejected: 'rejected' };

test('without a rule the largest score decides', () => {
  expect(decidedOn([0.4, 0.6], 1, null)).toBe(1);
});

test('a class must reach its threshold', () => {
  const rule = { ...RULE, thresholds: [0.7, 0.5] };
  expect(decidedOn([0.6, 0.4], 0, rule)).toBeNull();
  expect(decidedOn([0.9, 0.1], 0, rule)).toBe(0);
  expect(decidedOn([0.2, 0.8], 1, rule)).toBe(1);
});

test('the decision of least expected cost is taken', () => {
  const missed = { ...RULE, costs: [[0, 1], [5, 0]] }; // prettier-ignore
  expect(decidedOn([0.6, 0.4], 0, missed)).toBe(1);
  const rejecting = { ...RULE, costs: [[0, 1, 0.1], [1, 0, 0.1]] }; // prettier-ignore
  expect(decidedOn([0.6, 0.4], 0, rejecting)).toBeNull();
  expect(decidedOn([0.95, 0.05], 0, rejecting)).toBe(0);
});
