/** The least change of an image that flips the decision; the mathematics of linocut.explain.flips. */

import { plane } from '../lib/stack.ts';
import { scoresOf, type Linear } from './evidence.ts';

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
  const directions = rivals
    .map((k) => {
      const w = difference(model, row, k);
      const margin = scores[row] - scores[k];
      // Bounds only make a change larger: what is further without them need not be tried.
      return { k, w, margin, least: margin / lengthOf(w) };
    })
    .sort((a, b) => a.least - b.least);
  let best: Flip | null = null;
  for (const { k, margin, w, least } of directions) {
    if (best && least >= best.distance) break;
    const change = leastChange(w, margin, ink);
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

function difference({ weights }: Linear, a: number, b: number): Float64Array {
  const [one, other] = [plane(weights, a), plane(weights, b)];
  return Float64Array.from(one, (value, i) => value - other[i]);
}

/**
 * The least change δ with w·δ = −margin, or null if the bounds allow none. It is
 * δ(t) = clip(x − t w) − x; −w·δ(t) grows with t and is linear between the t at which another
 * pixel reaches its bound.
 */
function leastChange(w: Float64Array, margin: number, x: ArrayLike<number>): Float64Array | null {
  const ends = Array.from(w, (value, i) => ({
    i,
    t: value > 0 ? x[i] / value : (1 - x[i]) / -value,
  }))
    .filter(({ i }) => w[i] !== 0)
    .sort((a, b) => a.t - b.t);
  let slope = ends.reduce((sum, { i }) => sum + w[i] ** 2, 0);
  let [t, reached] = [0, 0];
  for (const end of ends) {
    const next = reached + slope * (end.t - t);
    if (next >= margin) break;
    [t, reached] = [end.t, next];
    slope -= w[end.i] ** 2;
  }
  if (reached < margin) {
    if (ends.length === 0 || ends[ends.length - 1].t <= t) return null;
    t += (margin - reached) / Math.max(slope, Number.MIN_VALUE);
  }
  return Float64Array.from(w, (value, i) => Math.min(1, Math.max(0, x[i] - t * value)) - x[i]);
}
