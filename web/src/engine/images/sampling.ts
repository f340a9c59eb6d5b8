/** Images read between their pixels; see linocut.features.augment. Beyond the edge there is paper. */

import type { Sides } from './ink.ts';

const f32 = Math.fround;

/** Where each pixel of an image that is made is read in another, row and column. */
export interface Places {
  readonly rows: Float32Array;
  readonly columns: Float32Array;
}

/** The four pixels around a place: where the first is, and how far it is from there. */
interface Corner {
  top: number;
  left: number;
  down: number;
  across: number;
}

/** An image read at places, with linear interpolation in float32. */
export function sampled(image: Float64Array, sides: Sides, places: Places): Float64Array {
  const { planes } = sides;
  const made = new Float64Array(image.length);
  const corner = { top: 0, left: 0, down: 0, across: 0 };
  for (let pixel = 0; pixel < places.rows.length; pixel++) {
    const { top, left, down, across } = cornerOf(places, pixel, sides, corner);
    for (let plane = 0; plane < planes; plane++) {
      const at = (row: number, column: number) => pixelAt(image, sides, row, column, plane);
      const upper = between(at(top, left), at(top, left + 1), across);
      const lower = between(at(top + 1, left), at(top + 1, left + 1), across);
      made[pixel * planes + plane] = between(upper, lower, down);
    }
  }
  return made;
}

/** Weights on what `sampled` reads as weights on the image that it reads. */
export function sampledBack(weights: Float64Array, sides: Sides, places: Places): Float64Array {
  const { height, width, planes } = sides;
  const back = new Float64Array(weights.length);
  const corner = { top: 0, left: 0, down: 0, across: 0 };
  const add = (row: number, column: number, pixel: number, share: number) => {
    if (row < 0 || row >= height || column < 0 || column >= width) return;
    for (let plane = 0; plane < planes; plane++)
      back[(row * width + column) * planes + plane] += share * weights[pixel * planes + plane];
  };
  for (let pixel = 0; pixel < places.rows.length; pixel++) {
    const { top, left, down, across } = cornerOf(places, pixel, sides, corner);
    add(top, left, pixel, (1 - down) * (1 - across));
    add(top, left + 1, pixel, (1 - down) * across);
    add(top + 1, left, pixel, down * (1 - across));
    add(top + 1, left + 1, pixel, down * across);
  }
  return back;
}

/** The pixel at a row and column, paper beyond the edge. */
export function pixelAt(
  image: Float64Array,
  { height, width, planes }: Sides,
  row: number,
  column: number,
  plane: number,
): number {
  if (row < 0 || row >= height || column < 0 || column >= width) return 0;
  return image[(row * width + column) * planes + plane];
}

/** What lies a share of the way from one number to another, in float32. */
export function between(from: number, to: number, share: number): number {
  return f32(from + f32(share * f32(to - from)));
}

function cornerOf(places: Places, pixel: number, sides: Sides, corner: Corner): Corner {
  // One further, as in Python, where conversion to whole numbers cuts towards zero.
  const y = limited(f32(places.rows[pixel] + 1), sides.height + 1);
  const x = limited(f32(places.columns[pixel] + 1), sides.width + 1);
  const [top, left] = [Math.floor(y), Math.floor(x)];
  corner.top = top - 1;
  corner.left = left - 1;
  corner.down = y - top;
  corner.across = x - left;
  return corner;
}

function limited(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}
