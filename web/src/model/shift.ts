/** What a model makes of an image that is moved by whole pixels. */

import { plane } from '../lib/stack.ts';
import type { Linear } from './evidence.ts';

export interface Shift {
  down: number;
  right: number;
}

/** What is predicted at every shift by up to `radius` pixels, row by row from the upper left. */
export interface ShiftMap {
  radius: number;
  /** row of the largest score */
  predicted: Int32Array;
  /** margin of the class of the unmoved image over the best other */
  margins: Float64Array;
  /** share of all shifts at which that class is kept */
  kept: number;
}

export interface Image {
  ink: ArrayLike<number>;
  height: number;
  width: number;
}

/** Pixels by which an image is moved at most. */
export function radiusFor(height: number, width: number): number {
  const side = Math.min(height, width);
  return Math.min(6, Math.max(1, Math.floor(side / 4)), side - 1);
}

/** The image moved; blank pixels come in. */
export function shifted({ ink, height, width }: Image, { down, right }: Shift): Float64Array {
  const planes = ink.length / (height * width);
  const moved = new Float64Array(ink.length);
  for (let y = Math.max(0, down); y < Math.min(height, height + down); y++)
    for (let x = Math.max(0, right); x < Math.min(width, width + right); x++)
      for (let k = 0; k < planes; k++)
        moved[planes * (y * width + x) + k] = ink[planes * ((y - down) * width + (x - right)) + k];
  return moved;
}

const BREATH = 8_000_000; // products at a time: well below a tenth of a second

/**
 * The map of an image whose unmoved prediction is `row`. Between long parts of the work `pause` is
 * awaited, so that the page stays quick with many classes.
 */
export async function shiftMap(
  model: Linear,
  image: Image,
  row: number,
  pause: () => Promise<unknown> = () => new Promise((resume) => setTimeout(resume)),
): Promise<ShiftMap> {
  const radius = radiusFor(image.height, image.width);
  const side = 2 * radius + 1;
  const predicted = new Int32Array(side * side);
  const margins = new Float64Array(side * side);
  let work = 0;
  for (let at = 0; at < side * side; at++) {
    const moved = shifted(image, shiftAt(at, radius));
    const inked = Int32Array.from(moved.keys()).filter((i) => moved[i] !== 0);
    let [first, other] = [-1, -Infinity];
    const scores = model.intercepts.length;
    let [best, own] = [-Infinity, 0];
    for (let k = 0; k < scores; k++) {
      const weights = plane(model.weights, k);
      let score = model.intercepts[k];
      for (const i of inked) score += weights[i] * moved[i];
      if (score > best) [first, best] = [k, score];
      if (k === row) own = score;
      else if (score > other) other = score;
    }
    predicted[at] = first;
    margins[at] = own - other;
    work += scores * inked.length;
    if (work > BREATH) {
      work = 0;
      await pause();
    }
  }
  const kept = predicted.filter((k) => k === row).length / predicted.length;
  return { radius, predicted, margins, kept };
}

/** The shift of a cell of the map. */
export function shiftAt(at: number, radius: number): Shift {
  const side = 2 * radius + 1;
  return { down: Math.floor(at / side) - radius, right: (at % side) - radius };
}

/** The cell of a shift. */
export function cellOf({ down, right }: Shift, radius: number): number {
  return (down + radius) * (2 * radius + 1) + right + radius;
}

/** "2 right, 1 down", or "not moved". */
export function shiftText({ down, right }: Shift): string {
  const parts = [
    right && `${Math.abs(right)} ${right > 0 ? 'right' : 'left'}`,
    down && `${Math.abs(down)} ${down > 0 ? 'down' : 'up'}`,
  ];
  return parts.filter(Boolean).join(', ') || 'not moved';
}
