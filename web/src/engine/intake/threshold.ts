/** The value that cuts values into the two most different groups (Otsu 1979). */

import { sumOf } from './arithmetic.ts';

const BINS = 128;

/**
 * In the steps of `numpy.histogram` on 32-bit floats, so that a value on the edge of a bin falls
 * into the same one.
 */
export function threshold(values: Float32Array): number {
  const edges = binEdges(values);
  const counts = countsIn(values, edges);
  const middles = counts.map((_, k) => Math.fround(Math.fround(edges[k + 1] + edges[k]) / 2));
  const mass = new Float64Array(BINS);
  const below = new Float64Array(BINS);
  for (let k = 0; k < BINS; k++) {
    mass[k] = (mass[k - 1] ?? 0) + counts[k] * middles[k];
    below[k] = (below[k - 1] ?? 0) + counts[k];
  }
  const apart = below.map((lower, k) => {
    const upper = values.length - lower;
    const between = mass[k] / lower - (mass[BINS - 1] - mass[k]) / upper;
    return lower * upper * between * between;
  });
  const most = apart.reduce((best, value) => (value > best ? value : best), -Infinity);
  return meanOf([...apart.keys()].filter((k) => apart[k] === most).map((k) => edges[k + 1]));
}

function binEdges(values: Float32Array): Float32Array {
  let [first, last] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < first) first = value;
    if (value > last) last = value;
  }
  if (first === last) [first, last] = [Math.fround(first - 0.5), Math.fround(last + 0.5)];
  const step = Math.fround(Math.fround(last - first) / BINS);
  const edges = Float32Array.from({ length: BINS + 1 }, (_, k) => Math.fround(k * step) + first);
  edges[BINS] = last;
  return edges;
}

function countsIn(values: Float32Array, edges: Float32Array): Float64Array {
  const first = edges[0];
  const range = Math.fround(edges[BINS] - first);
  const counts = new Float64Array(BINS);
  for (const value of values) {
    const share = Math.fround(Math.fround(value - first) / range);
    let bin = Math.min(BINS - 1, Math.trunc(Math.fround(share * BINS)));
    if (value < edges[bin]) bin--;
    if (value >= edges[bin + 1] && bin < BINS - 1) bin++;
    counts[bin]++;
  }
  return counts;
}

function meanOf(values: readonly number[]): number {
  return Math.fround(sumOf(Float32Array.from(values)) / values.length);
}
