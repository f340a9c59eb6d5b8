import { plane, type Planes } from '../lib/stack.ts';
import type { Numbers } from '../lib/unpack.ts';

/** What is linear in the pixels: a plane of weights and an intercept for each row of scores. */
export interface Linear {
  readonly weights: Planes;
  readonly intercepts: Numbers;
}

/** Why one class rather than another: parts that add up to the margin. */
export interface Ledger {
  /** evidence of each pixel, row by row */
  pixels: Float64Array;
  /** margin of the blank page */
  blank: number;
  /** sum over the pixels that speak for the class, and of those against it */
  favouring: number;
  opposing: number;
  margin: number;
}

/** The weights and intercept of one row of scores, or their average over all rows. */
function weightsOf({ weights, intercepts }: Linear, row: number | null) {
  const rows = row === null ? Array.from(intercepts, (_, k) => k) : [row];
  const w = new Float64Array(weights.size);
  let b = 0;
  for (const k of rows) {
    const values = plane(weights, k);
    for (let i = 0; i < w.length; i++) w[i] += values[i] / rows.length;
    b += intercepts[k] / rows.length;
  }
  return { w, b };
}

/**
 * Split the margin of score `row` over `rival` (null: the average of all) by pixel.
 * `ink` is the image, 0 for paper to 1 for full ink; ink counts against the blank page.
 */
export function account(
  model: Linear,
  ink: ArrayLike<number>,
  row: number,
  rival: number | null,
): Ledger {
  const one = weightsOf(model, row);
  const other = weightsOf(model, rival);
  const pixels = one.w.map((value, i) => (ink[i] === 0 ? 0 : (value - other.w[i]) * ink[i]));
  const blank = one.b - other.b;
  const favouring = pixels.reduce((sum, value) => sum + Math.max(value, 0), 0);
  const opposing = pixels.reduce((sum, value) => sum + Math.min(value, 0), 0);
  return { pixels, blank, favouring, opposing, margin: blank + favouring + opposing };
}

/** The scores of an image, one for each row of the model. */
export function scoresOf({ weights, intercepts }: Linear, ink: ArrayLike<number>): number[] {
  return Array.from(intercepts, (b, k) => {
    const values = plane(weights, k);
    let score = b;
    for (let i = 0; i < values.length; i++) score += values[i] * ink[i];
    return score;
  });
}

/** Rows from the largest score to the smallest. */
export function ranked(scores: readonly number[]): number[] {
  return scores.map((_, k) => k).sort((a, b) => scores[b] - scores[a] || a - b);
}

/** What a margin of this many log-odds is in odds, such as "67 to 1". */
export function odds(margin: number): string {
  const ratio = Math.exp(Math.min(Math.abs(margin), 700));
  const digits = ratio < 10 ? 1 : 0;
  return ratio >= 1e6
    ? 'more than a million to 1'
    : `${ratio.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} to 1`;
}
