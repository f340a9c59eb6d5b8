/** A decision rule as the address writes it: `0.9`, or `costs,3:10,9-4:5,reject:0.2`. */

import type { Cost, Rule } from './decisions.ts';

const COST = /^(\d{1,9})(?:-(\d{1,9}))?:([\d.]+)$/;
const REJECT = /^reject:([\d.]+)$/;
const LARGEST = 1e6;

/** The rule that a text names; null for none. */
export function readRule(text: string | null): Rule | null {
  if (!text) return null;
  const [first, ...parts] = text.split(',');
  if (first !== 'costs') {
    const threshold = Number(text);
    return threshold >= 0 && threshold <= 1 ? { by: 'threshold', threshold } : null;
  }
  const costs: Cost[] = [];
  let rejecting: number | null = null;
  for (const part of parts) {
    const [, truth, predicted, cost] = COST.exec(part) ?? [];
    const [, price] = REJECT.exec(part) ?? [];
    const value = Number(cost || price);
    if (!(value >= 0 && value <= LARGEST)) return null;
    if (price) rejecting = value;
    else
      costs.push({
        truth: Number(truth),
        predicted: predicted ? Number(predicted) : null,
        cost: value,
      });
  }
  return { by: 'costs', costs, rejecting };
}

export function writeRule(rule: Rule): string {
  if (rule.by === 'threshold') return String(rule.threshold);
  const parts = rule.costs.map(
    ({ truth, predicted, cost }) => `${truth}${predicted === null ? '' : `-${predicted}`}:${cost}`,
  );
  const rejecting = rule.rejecting === null ? [] : [`reject:${rule.rejecting}`];
  return ['costs', ...parts, ...rejecting].join(',');
}

/** The rule without what is about classes that there are not. */
export function ruleFor(rule: Rule, classes: number): Rule {
  if (rule.by === 'threshold') return rule;
  const costs = rule.costs.filter(
    ({ truth, predicted }) => truth < classes && (predicted ?? 0) < classes,
  );
  return { ...rule, costs };
}
