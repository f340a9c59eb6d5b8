/**
 * From probabilities to what is said of an image, by a rule that the reader sets; mirrors
 * linocut.core.decisions.
 */

/** What one kind of mistake costs, any other mistake costing 1. */
export interface Cost {
  readonly truth: number;
  /** null: whatever it is taken for */
  readonly predicted: number | null;
  readonly cost: number;
}

export type Rule =
  /** the most probable class, if its probability reaches the threshold */
  | { readonly by: 'threshold'; readonly threshold: number }
  /** what costs least in expectation; no image is rejected if `rejecting` is null */
  | { readonly by: 'costs'; readonly costs: readonly Cost[]; readonly rejecting: number | null };

/** In the place of a class. */
export const REJECTED = -1;

/** Probabilities of n images, row by row: K of each. */
export interface Probabilities {
  readonly values: Float32Array;
  readonly classes: number;
}

/** What a threshold makes of predictions: all that do not reach it are rejected. */
export function decideByThreshold(
  predicted: ArrayLike<number>,
  certain: ArrayLike<number>,
  threshold: number,
): Int32Array {
  return Int32Array.from(predicted, (label, i) => (certain[i] >= threshold ? label : REJECTED));
}

/**
 * The decision of least expected cost for each image, the first of equal ones (C. K. Chow, "On
 * optimum recognition error and reject tradeoff", 1970). With a cost m of missing each class, that
 * of predicting j is Σ p m − p_j m_j; only pairs with a cost of their own are added one by one.
 */
export function decideByCosts(
  { values, classes }: Probabilities,
  costs: readonly Cost[],
  rejecting: number | null,
): Int32Array {
  const missing = new Float64Array(classes).fill(1);
  for (const { truth, predicted, cost } of costs) if (predicted === null) missing[truth] = cost;
  const pairs = costs.filter(({ predicted, truth }) => predicted !== null && predicted !== truth);
  const expected = new Float64Array(classes);
  const decided = new Int32Array(values.length / classes);
  for (let i = 0; i < decided.length; i++) {
    const row = values.subarray(i * classes, (i + 1) * classes);
    let [all, total] = [0, 0];
    for (let k = 0; k < classes; k++) {
      total += row[k];
      all += missing[k] * row[k];
    }
    for (let k = 0; k < classes; k++) expected[k] = all - missing[k] * row[k];
    for (const { truth, predicted, cost } of pairs)
      if (predicted !== null) expected[predicted] += row[truth] * (cost - missing[truth]);
    let best = 0;
    for (let k = 1; k < classes; k++) if (expected[k] < expected[best]) best = k;
    decided[i] = rejecting !== null && rejecting * total < expected[best] ? REJECTED : best;
  }
  return decided;
}

/** How decisions turn out. */
export interface Outcome {
  readonly images: number;
  readonly rejected: number;
  readonly wrong: number;
  /** the mean over all images, rejected ones too; null where the rule has no costs */
  readonly cost: number | null;
}

export function outcomeOf(truths: ArrayLike<number>, decided: Int32Array, rule: Rule): Outcome {
  const cost = rule.by === 'costs' ? costOf(rule.costs) : null;
  let [rejected, wrong, spent] = [0, 0, 0];
  decided.forEach((label, i) => {
    if (label === REJECTED) {
      rejected += 1;
      if (rule.by === 'costs') spent += rule.rejecting ?? 0;
    } else if (label !== truths[i]) {
      wrong += 1;
      spent += cost?.(truths[i], label) ?? 0;
    }
  });
  const images = decided.length;
  return { images, rejected, wrong, cost: cost && images ? spent / images : null };
}

/** How many images of each class are rejected. */
export function rejectedOf(
  truths: ArrayLike<number>,
  decided: Int32Array,
  classes: number,
): number[] {
  const counts = new Array<number>(classes).fill(0);
  decided.forEach((label, i) => {
    if (label === REJECTED) counts[truths[i]] += 1;
  });
  return counts;
}

function costOf(costs: readonly Cost[]): (truth: number, predicted: number) => number {
  const held = new Map(
    costs.map(({ truth, predicted, cost }) => [`${truth} ${predicted ?? 'any'}`, cost]),
  );
  return (truth, predicted) => held.get(`${truth} ${predicted}`) ?? held.get(`${truth} any`) ?? 1;
}
