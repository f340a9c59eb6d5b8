/**
 * Resampling as Pillow does it, to the same bits: each row and then each column as weighted sums,
 * bytes with weights in fixed point and rounded to bytes in between.
 */

import type { Bytes, Plane } from './image.ts';

const ONE = 2 ** 22; // of Pillow's fixed point

interface Filter {
  readonly support: number; // pixels at scale 1
  weight(distance: number): number;
}

const BOX: Filter = { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) };
const BILINEAR: Filter = { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) };
export const filters = { box: BOX, bilinear: BILINEAR };

/** What one output pixel is made of: the first pixel that counts, and the weights from there on. */
interface Tap {
  readonly first: number;
  readonly weights: Float64Array;
}

function taps(from: number, to: number, filter: Filter): Tap[] {
  const scale = from / to;
  const wide = Math.max(scale, 1);
  const support = filter.support * wide;
  return Array.from({ length: to }, (_, k) => {
    const centre = (k + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(from, Math.trunc(centre + support + 0.5));
    const weights = new Float64Array(end - first);
    let sum = 0;
    for (let j = 0; j < weights.length; j++) {
      weights[j] = filter.weight((j + first - centre + 0.5) * (1 / wide));
      sum += weights[j];
    }
    if (sum !== 0) for (let j = 0; j < weights.length; j++) weights[j] /= sum;
    return { first, weights };
  });
}

function inFixedPoint({ first, weights }: Tap): Tap {
  return { first, weights: weights.map((weight) => Math.trunc(0.5 + weight * ONE)) };
}

const byteOf = (sum: number) => Math.min(255, Math.floor((sum + ONE / 2) / ONE));
const floatOf = (sum: number) => sum;

export function resampledBytes(image: Bytes, height: number, width: number, filter: Filter): Bytes {
  const { planes } = image;
  let { values } = image;
  if (width !== image.width) {
    const made = new Uint8Array(image.height * width * planes);
    const weights = taps(image.width, width, filter).map(inFixedPoint);
    alongRows(values, made, image, planes, weights, byteOf);
    values = made;
  }
  if (height !== image.height) {
    const made = new Uint8Array(height * width * planes);
    alongColumns(
      values,
      made,
      width * planes,
      taps(image.height, height, filter).map(inFixedPoint),
      byteOf,
    );
    values = made;
  }
  return { values, height, width, planes };
}

export function resampledFloats(
  image: Plane,
  height: number,
  width: number,
  filter: Filter,
): Plane {
  let { values } = image;
  if (width !== image.width) {
    const made = new Float32Array(image.height * width);
    alongRows(values, made, image, 1, taps(image.width, width, filter), floatOf);
    values = made;
  }
  if (height !== image.height) {
    const made = new Float32Array(height * width);
    alongColumns(values, made, width, taps(image.height, height, filter), floatOf);
    values = made;
  }
  return { values, height, width };
}

type Numbers = Uint8Array | Float32Array;

function alongRows(
  from: Numbers,
  into: Numbers,
  { height, width }: { height: number; width: number },
  planes: number,
  weighted: readonly Tap[],
  finished: (sum: number) => number,
): void {
  let k = 0;
  for (let y = 0; y < height; y++)
    for (const { first, weights } of weighted)
      for (let plane = 0; plane < planes; plane++) {
        let at = (y * width + first) * planes + plane;
        let sum = 0;
        for (let j = 0; j < weights.length; j++, at += planes) sum += from[at] * weights[j];
        into[k++] = finished(sum);
      }
}

function alongColumns(
  from: Numbers,
  into: Numbers,
  stride: number,
  weighted: readonly Tap[],
  finished: (sum: number) => number,
): void {
  let k = 0;
  for (const { first, weights } of weighted)
    for (let x = 0; x < stride; x++) {
      let at = first * stride + x;
      let sum = 0;
      for (let j = 0; j < weights.length; j++, at += stride) sum += from[at] * weights[j];
      into[k++] = finished(sum);
    }
}

/** The nearest pixels. Positions are added up, as Pillow does, and not multiplied. */
export function nearest(image: Bytes, height: number, width: number): Bytes {
  const { planes } = image;
  const rows = positions(image.height, height);
  const columns = positions(image.width, width);
  const values = new Uint8Array(height * width * planes);
  let k = 0;
  for (const row of rows)
    for (const column of columns)
      for (let plane = 0; plane < planes; plane++)
        values[k++] = image.values[(row * image.width + column) * planes + plane];
  return { values, height, width, planes };
}

function positions(from: number, to: number): Int32Array {
  const step = from / to;
  const found = new Int32Array(to);
  for (let k = 0, at = step * 0.5; k < to; k++, at += step) found[k] = Math.trunc(at);
  return found;
}
