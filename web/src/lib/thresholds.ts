/**
 * What follows from a threshold on a probability, counted over all test images. The document
 * holds them in bins, so thresholds are the edges of bins: at edge `i`, the bins from `i` on
 * are accepted.
 */

import { wilson, type Share } from './wilson.ts';

/** Images on either side of a threshold: `no` and `yes` for what is to be refused and accepted. */
export interface Split {
  readonly threshold: number;
  readonly accepted: { readonly no: number; readonly yes: number };
  readonly refused: { readonly no: number; readonly yes: number };
}

/** The split at every edge but the last, of counts (2, bins): first of `no`, then of `yes`. */
export function splits(counts: ArrayLike<number>, edges: readonly number[]): Split[] {
  const bins = edges.length - 1;
  let [no, yes] = [0, 0];
  const above = new Array<{ no: number; yes: number }>(bins);
  for (let i = bins - 1; i >= 0; i--) {
    no += counts[i];
    yes += counts[bins + i];
    above[i] = { no, yes };
  }
  return above.map((accepted, i) => ({
    threshold: edges[i],
    accepted,
    refused: { no: no - accepted.no, yes: yes - accepted.yes },
  }));
}

/** The images that a model answers for, and how many of those answers are right. */
export interface Answers {
  readonly threshold: number;
  readonly answered: number;
  readonly wrong: number;
  readonly coverage: Share;
  readonly accuracy: Share;
}

/** The answers at a threshold that `answered` of `all` images reach, `wrong` of them mistakes. */
export function answersAt(
  threshold: number,
  all: number,
  answered: number,
  wrong: number,
): Answers {
  return {
    threshold,
    answered,
    wrong,
    coverage: wilson(answered, all),
    accuracy: wilson(answered - wrong, answered),
  };
}

export function answersOf({ threshold, accepted, refused }: Split): Answers {
  const answered = accepted.no + accepted.yes;
  return answersAt(threshold, answered + refused.no + refused.yes, answered, accepted.no);
}

/** How well one class is told from the others. */
export interface Detection {
  readonly threshold: number;
  /** of the images of the class, those found */
  readonly recall: Share;
  /** of the images found, those of the class */
  readonly precision: Share;
  /** of the images of other classes, those taken for it */
  readonly falseAlarms: Share;
}

export function detectionOf({ threshold, accepted, refused }: Split): Detection {
  return {
    threshold,
    recall: wilson(accepted.yes, accepted.yes + refused.yes),
    precision: wilson(accepted.yes, accepted.yes + accepted.no),
    falseAlarms: wilson(accepted.no, accepted.no + refused.no),
  };
}

/** The place of the threshold nearest to one, among those that there are. */
export function nearest(thresholds: readonly number[], wanted: number): number {
  let best = 0;
  thresholds.forEach((threshold, i) => {
    if (Math.abs(threshold - wanted) < Math.abs(thresholds[best] - wanted)) best = i;
  });
  return best;
}

/** What a mistake may cost, an unanswered image costing 1. */
export const COSTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] as const;

/**
 * The threshold below which it is cheaper not to answer, if probabilities are right: there the
 * expected cost of a mistake, `cost` · (1 − p), exceeds 1.
 * C. K. Chow, "On optimum recognition error and reject tradeoff", 1970.
 */
export function thresholdOf(cost: number): number {
  return 1 - 1 / cost;
}

/** The cost that a threshold goes with; the place among `COSTS`. */
export function costAt(threshold: number): number {
  return placeOfCost(1 / Math.max(1 - threshold, 1e-9), COSTS);
}

/** The place of the cost nearest to one by their ratio, among those that there are. */
export function placeOfCost(wanted: number, costs: readonly number[]): number {
  return nearest(
    costs.map((cost) => Math.log(cost)),
    Math.log(Math.max(wanted, 1e-9)),
  );
}
