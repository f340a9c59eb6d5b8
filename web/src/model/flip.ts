/** The least change of an image that flips the decision; the mathematics of linocut.explain.flips. */

import { plane } from '../lib/stack.ts';
import { scoresOf, type Linear } from './evidence.ts';

const ROUNDING = 1e-12; // of a margin

export interface Flip {
  /** the score that draws level with the largest */
  rival: number;
  /** ink added to each pixel, so that both scores are the same */
  change: Float64Array;
  /** root of its sum of squares */
  distance: number;
  /** of the class over the rival before the change */
  margin: number;
}

/**
 * The least change after which `rival` (null: whichever is nearest) scores as much as `row`, with
 * every pixel between no ink and full ink; null where no such image exists.
 */
export function smallestFlip(
  model: Linear,
  ink: ArrayLike<number>,
  row: number,
  rival: number | null,
): Flip | null {
  const scores = scoresOf(model, ink);
  const rivals = rival === null ? scores.map((_, k) => k).filter((k) => k !== row) : [rival];
  // Bounds only make a change larger: what is further without them need not be tried.
  const nearest = rivals
    .map((k) => {
      const margin = scores[row] - scores[k];
      return { k, margin, least: margin / distanceOf(model, row, k) };
    })
    .sort((a, b) => a.least - b.least);
  let best: Flip | null = null;
  for (const { k, margin, least } of nearest) {
    if (best && least >= best.distance) break;
    const change = leastChange(difference(model, row, k), margin, ink);
    if (!change) continue;
    const distance = lengthOf(change);
    if (!best || distance < best.distance) best = { rival: k, change, distance, margin };
  }
  return best;
}

/** The image after a share of a change; pixels keep to no ink and full ink. */
export function changed(
  ink: ArrayLike<number>,
  change: ArrayLike<number>,
  share: number,
): Float64Array {
  return Float64Array.from(change, (value, i) => Math.min(1, Math.max(0, ink[i] + share * value)));
}

/** Root of the sum of squares. */
export function lengthOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return Math.sqrt(sum);
}

function distanceOf({ weights }: Linear, a: number, b: number): number {
  const [one, other] = [plane(weights, a), plane(weights, b)];
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += (one[i] - other[i]) ** 2;
  return Math.sqrt(sum);
}

function difference({ weights }: Linear, a: number, b: number): Float64Array {
  const [one, other] = [plane(weights, a), plane(weights, b)];
  return Float64Array.from(one, (value, i) => value - other[i]);
}

/**
 * The least change δ with w·δ = −margin, or null if the bounds allow none. It is
 * δ(t) = clip(x − t w) − x, and −w·δ(t) is concave in t and made of straight pieces: Newton's steps
 * from t = 0 never overshoot, and end after a few.
 */
function leastChange(w: Float64Array, margin: number, x: ArrayLike<number>): Float64Array | null {
  // the t at which each pixel has reached its bound
  const ends = w.map((value, i) =>
    value === 0 ? 0 : value > 0 ? x[i] / value : (1 - x[i]) / -value,
  );
  let t = 0;
  for (;;) {
    let [slope, reached] = [0, 0];
    for (let i = 0; i < w.length; i++) {
      const square = w[i] * w[i];
      if (t < ends[i]) slope += square;
      reached += square * Math.min(t, ends[i]);
    }
    const next = t + (margin - reached) / slope;
    if (margin - reached <= ROUNDING * margin || next === t) break;
    if (slope === 0) return null;
    t = next;
  }
  return w.map((value, i) => Math.min(1, Math.max(0, x[i] - t * value)) - x[i]);
}
