/** Ink scaled into a box and set with its centre of mass into the middle, as MNIST's digits were. */

import { rounded, sumOf } from './arithmetic.ts';
import type { Bytes, Plane } from './image.ts';
import { filters, resampledFloats } from './resample.ts';

export function placed(ink: Plane, box: number, size: number): Bytes {
  const values = new Uint8Array(size * size);
  const cut = cropped(ink);
  if (cut) {
    const scale = box / Math.max(cut.height, cut.width);
    const height = Math.max(1, rounded(cut.height * scale));
    const width = Math.max(1, rounded(cut.width * scale));
    const fitted = resampledFloats(cut, height, width, filters.bilinear);
    const [row, column] = centreOf(fitted);
    // in the middle as far as all of it stays inside
    const top = within(rounded(size / 2 - row), size - height);
    const left = within(rounded(size / 2 - column), size - width);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const full = Math.min(1, Math.max(0, fitted.values[y * width + x]));
        values[(top + y) * size + left + x] = rounded(Math.fround(255 * full));
      }
  }
  return { values, height: size, width: size, planes: 1 };
}

const within = (value: number, most: number) => Math.min(most, Math.max(0, value));

function cropped({ values, height, width }: Plane): Plane | null {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (values[y * width + x] <= 0) continue;
      if (y < top) top = y;
      bottom = y;
      if (x < left) left = x;
      if (x > right) right = x;
    }
  if (bottom < 0) return null;
  const size = { height: bottom - top + 1, width: right - left + 1 };
  const cut = new Float32Array(size.height * size.width);
  for (let y = 0; y < size.height; y++) {
    const start = (top + y) * width + left;
    cut.set(values.subarray(start, start + size.width), y * size.width);
  }
  return { values: cut, ...size };
}

/**
 * Row and column of the centre of mass. Symmetric ink lies half-way between two places, so its
 * sums are taken in NumPy's order: the last bit decides.
 */
function centreOf({ values, height, width }: Plane): [number, number] {
  const byRow = new Float32Array(height);
  const byColumn = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    const row = values.subarray(y * width, (y + 1) * width);
    byRow[y] = sumOf(row);
    row.forEach((value, x) => (byColumn[x] += value));
  }
  const total = sumOf(byRow);
  const centre = (sums: Float32Array) =>
    Math.fround(Math.fround(sums.reduce((moment, sum, k) => moment + sum * k, 0)) / total);
  return total > 0 ? [centre(byRow), centre(byColumn)] : [(height - 1) / 2, (width - 1) / 2];
}
