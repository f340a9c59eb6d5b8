/** The least change of an image that flips the decision; the mathematics of linocut.explain.flips. */

import { plane } from '../lib/stack.ts';
import { scoresOf, type Linear } from './evidence.ts';
import { leastChangeWithin } from './least-change.ts';

const INK = { low: 0, high: 1 };

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
    const demand = { weights: difference(model, k, row), gap: margin };
    const change = leastChangeWithin(ink, [demand], INK);
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
