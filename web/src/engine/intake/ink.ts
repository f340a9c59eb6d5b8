/** Ink separated from the paper of one drawing, scan or photo; as `linocut.core.ink_finding`. */

import { largestIn, medianOfNine, smallestIn, smoothed } from './filters.ts';
import { paperOf } from './image.ts';
import type { Bytes, Plane } from './image.ts';
import { grownByCross, grownBySquare, piecesOf } from './pieces.ts';
import type { Mask } from './pieces.ts';
import { threshold } from './threshold.ts';

const LEAST_CONTRAST = Math.fround(0.1); // of the whole range; with less there is only noise
const SPECK = 0.02; // share of the ink below which a separate piece is dirt

/** How much ink each pixel has, from 0 to 1. Arithmetic is in 32 bits, as Python's. */
export function inkOf(image: Bytes): Plane {
  const { height, width } = image;
  const blank = { values: new Float32Array(height * width), height, width };
  const grey = withLightPaper(image);
  if (!grey) return blank;
  const dark = belowPaper(grey);
  const limit = threshold(dark.values);
  const inked = above(dark, limit);
  // the contrast of nothing with nothing is no number
  if (!(contrast(dark, inked) >= LEAST_CONTRAST)) return blank;
  const { specks, ink } = sortedOut(inked);
  if (!ink.inside.includes(1)) return blank;
  const dirt = grownByCross(specks).inside;
  for (let k = 0; k < dirt.length; k++) if (dirt[k]) dark.values[k] = 0;
  return strengths(dark, ink, limit);
}

/** Grey values from 0 to 1, dark ink on light paper; nothing where all are the same. */
function withLightPaper({ values, height, width }: Bytes): Plane | null {
  let [low, high] = [255, 0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low === high) return null;
  const grey = new Float32Array(values.length);
  for (let k = 0; k < grey.length; k++) grey[k] = (values[k] - low) / (high - low);
  const paper = paperOf({ values: grey, height, width });
  if (paper < threshold(grey)) for (let k = 0; k < grey.length; k++) grey[k] = 1 - grey[k];
  return { values: grey, height, width };
}

/** How much darker each pixel is than paper, which is what a wide window's lightest part says. */
function belowPaper(grey: Plane): Plane {
  const { height, width } = grey;
  const window = Math.max(3, Math.floor(Math.min(height, width) / 3));
  const light = largestIn(medianOfNine(grey), window);
  const { values } = smoothed(smallestIn(light, window), window / 4);
  for (let k = 0; k < values.length; k++) values[k] = Math.max(0, values[k] - grey.values[k]);
  return { values, height, width };
}

function above({ values, height, width }: Plane, limit: number): Mask {
  const inside = new Uint8Array(values.length);
  for (let k = 0; k < inside.length; k++) inside[k] = Number(values[k] > limit);
  return { inside, height, width };
}

function contrast({ values }: Plane, { inside }: Mask): number {
  const sums = [0, 0];
  const counts = [0, 0];
  for (let k = 0; k < values.length; k++) {
    sums[inside[k]] += values[k];
    counts[inside[k]]++;
  }
  return Math.fround(sums[1] / counts[1] - sums[0] / counts[0]);
}

/** What is inked as specks of dirt and as ink: the pieces that are large enough. */
function sortedOut(inked: Mask): { specks: Mask; ink: Mask } {
  const { pieces, sizes } = piecesOf(inked);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const least = Math.max(2, SPECK * total);
  const specks = inked.inside.map((each, k) => Number(each && sizes[pieces[k]] < least));
  const ink = inked.inside.map((each, k) => each - specks[k]);
  return { specks: { ...inked, inside: specks }, ink: { ...inked, inside: ink } };
}

/** What is a shade above the paper stays near ink: it is the soft edge of a stroke. */
function strengths({ values, height, width }: Plane, ink: Mask, limit: number): Plane {
  const full = upperQuartile(values.filter((_, k) => ink.inside[k]));
  const faint = Math.fround(limit / 2);
  const range = Math.max(Math.fround(full - faint), Math.fround(1e-6));
  const near = grownBySquare(ink).inside;
  const made = new Float32Array(values.length);
  for (let k = 0; k < made.length; k++)
    if (near[k]) made[k] = Math.min(1, Math.max(0, Math.fround(values[k] - faint) / range));
  return { values: made, height, width };
}

function upperQuartile(values: Float32Array): number {
  const sorted = values.sort();
  const place = (sorted.length - 1) * 0.75;
  const low = sorted[Math.floor(place)];
  const high = sorted[Math.min(Math.floor(place) + 1, sorted.length - 1)];
  const share = place % 1;
  const apart = Math.fround(high - low);
  // from the nearer of the two, as NumPy does
  return share < 0.5
    ? Math.fround(low + Math.fround(apart * share))
    : Math.fround(high - Math.fround(apart * (1 - share)));
}
