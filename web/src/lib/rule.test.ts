import { expect, test } from 'vitest';
import type { Rule } from './decisions.ts';
import { readRule, ruleFor, writeRule } from './rule.ts';

const costs: Rule = {
  by: 'costs',
  costs: [
    { truth: 3, predicted: null, cost: 10 },
    { truth: 9, predicted: 4, cost: 5 },
  ],
  rejecting: 0.2,
};

test('a rule is read as it was written', () => {
  expect(writeRule(costs)).toBe('costs,3:10,9-4:5,reject:0.2');
  const none: Rule = { by: 'costs', costs: [], rejecting: null };
  for (const rule of [costs, none, { by: 'threshold', threshold: 0.95 } as const])
    expect(readRule(writeRule(rule))).toEqual(rule);
});

test.each(['', '1.5', 'x', 'costs,x', 'costs,3:', 'costs,3:-1', 'costs,reject:9e9', 'costs,3:.'])(
  '%j is no rule',
  (text) => {
    expect(readRule(text)).toBeNull();
  },
);

test('costs of classes that there are not are left out', () => {
  expect(writeRule(ruleFor(costs, 5))).toBe('costs,3:10,reject:0.2');
});
