/**
 * Filters of one plane as SciPy's, which mirrors an image at its border, that pixel included. All
 * lie on the way of every stroke that is drawn, so that their inner loops are plain.
 */

import type { Plane } from './image.ts';

/** The middle one of each pixel and its eight neighbours. */
export function medianOfNine({ values, height, width }: Plane): Plane {
  const made = new Float32Array(values.length);
  const nine = new Float32Array(9);
  for (let y = 0; y < height; y++) {
    const above = Math.max(0, y - 1) * width;
    const row = y * width;
    const below = Math.min(height - 1, y + 1) * width;
    for (let x = 0; x < width; x++) {
      const before = Math.max(0, x - 1);
      const after = Math.min(width - 1, x + 1);
      nine[0] = values[above + before];
      nine[1] = values[above + x];
      nine[2] = values[above + after];
      nine[3] = values[row + before];
      nine[4] = values[row + x];
      nine[5] = values[row + after];
      nine[6] = values[below + before];
      nine[7] = values[below + x];
      nine[8] = values[below + after];
      made[row + x] = middleOf(nine);
    }
  }
  return { values: made, height, width };
}

function middleOf(nine: Float32Array): number {
  for (let k = 1; k < 9; k++) {
    const value = nine[k];
    let at = k;
    for (; at > 0 && nine[at - 1] > value; at--) nine[at] = nine[at - 1];
    nine[at] = value;
  }
  return nine[4];
}

/** The largest value in a window of `size` × `size` pixels. */
export function largestIn(image: Plane, size: number): Plane {
  const across = filterOf(image.width, size);
  const down = filterOf(image.height, size);
  return alongRows(alongColumns(image, down), across);
}

/** The smallest value in a window of `size` × `size` pixels. */
export function smallestIn(image: Plane, size: number): Plane {
  return negated(largestIn(negated(image), size));
}

function negated({ values, height, width }: Plane): Plane {
  const made = new Float32Array(values.length);
  for (let k = 0; k < made.length; k++) made[k] = -values[k];
  return { values: made, height, width };
}

/** The image smoothed by a Gaussian, cut off at four standard deviations. */
export function smoothed(image: Plane, deviation: number): Plane {
  const weights = gaussian(deviation);
  const filter = (line: Float32Array, into: Float32Array) => {
    weightedAlong(line, weights, into);
  };
  return alongRows(alongColumns(image, filter), filter);
}

type LineFilter = (line: Float32Array, into: Float32Array) => void;

function alongRows({ values, height, width }: Plane, filter: LineFilter): Plane {
  const made = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += width)
    filter(values.subarray(start, start + width), made.subarray(start, start + width));
  return { values: made, height, width };
}

function alongColumns(image: Plane, filter: LineFilter): Plane {
  return transposed(alongRows(transposed(image), filter));
}

function transposed({ values, height, width }: Plane): Plane {
  const made = new Float32Array(values.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) made[x * height + y] = values[y * width + x];
  return { values: made, height: width, width: height };
}

/** Write a line with what its mirror images add before and after it. */
function mirror(line: Float32Array, before: number, into: Float32Array): void {
  const count = line.length;
  const period = 2 * count;
  for (let k = 0; k < into.length; k++) {
    const at = (((k - before) % period) + period) % period;
    into[k] = line[at < count ? at : period - 1 - at];
  }
}

/** By largest values from both ends of blocks (van Herk 1992): a wide window takes no longer. */
function filterOf(length: number, size: number): LineFilter {
  const before = Math.floor(size / 2);
  const fromStart = new Float32Array(length + size - 1);
  const fromEnd = new Float32Array(length + size - 1);
  return (line, into) => {
    mirror(line, before, fromStart);
    fromEnd.set(fromStart);
    for (let k = 1; k < fromStart.length; k++)
      if (k % size !== 0 && fromStart[k] < fromStart[k - 1]) fromStart[k] = fromStart[k - 1];
    for (let k = fromEnd.length - 2; k >= 0; k--)
      if ((k + 1) % size !== 0 && fromEnd[k] < fromEnd[k + 1]) fromEnd[k] = fromEnd[k + 1];
    for (let k = 0; k < length; k++) {
      const ahead = fromStart[k + size - 1];
      into[k] = fromEnd[k] > ahead ? fromEnd[k] : ahead;
    }
  };
}

/**
 * One half of the weights of SciPy's Gaussian: that of the middle, and those of the distances
 * 1, 2, … from it.
 */
export function gaussian(deviation: number): Float64Array {
  const reach = Math.trunc(4 * deviation + 0.5);
  const weights = Float64Array.from({ length: reach + 1 }, (_, k) =>
    Math.exp((-0.5 / (deviation * deviation)) * k * k),
  );
  const sum = weights.reduce((total, weight, k) => total + (k ? 2 : 1) * weight, 0);
  return weights.map((weight) => weight / sum);
}

function weightedAlong(line: Float32Array, weights: Float64Array, into: Float32Array): void {
  // Paper of one grey is as it was: a drawing takes a tenth of the time then.
  if (line.every((value) => value === line[0])) {
    into.set(line);
    return;
  }
  const reach = weights.length - 1;
  const wide = new Float32Array(line.length + 2 * reach);
  mirror(line, reach, wide);
  for (let k = 0; k < into.length; k++) {
    const middle = k + reach;
    let sum = wide[middle] * weights[0];
    for (let j = reach; j > 0; j--) sum += (wide[middle - j] + wide[middle + j]) * weights[j];
    into[k] = sum;
  }
}
