/** An image in another size, its shape kept and the rest filled with the grey of its border. */

import { rounded } from './arithmetic.ts';
import { sortedBorder } from './image.ts';
import type { Bytes } from './image.ts';
import { filters, nearest, resampledBytes } from './resample.ts';
import type { Intake } from './intake.ts';

export function resized(
  image: Bytes,
  [height, width]: readonly [number, number],
  resampling: Intake['resampling'] = 'area',
): Bytes {
  if (image.height === height && image.width === width) return image;
  const scale = Math.min(height / image.height, width / image.width);
  const inner = [
    Math.max(1, Math.min(height, rounded(image.height * scale))),
    Math.max(1, Math.min(width, rounded(image.width * scale))),
  ] as const;
  const small =
    resampling === 'nearest'
      ? nearest(image, ...inner)
      : resampledBytes(image, ...inner, scale < 1 ? filters.box : filters.bilinear);
  return framed(small, height, width, borderGreys(image));
}

/** The median grey along the border, one a plane. */
export function borderGreys(image: Bytes): number[] {
  return Array.from({ length: image.planes }, (_, plane) => {
    const border = sortedBorder(image, plane);
    const half = border.length / 2; // their number is even
    return Math.floor((border[half - 1] + border[half]) / 2);
  });
}

function framed(inner: Bytes, height: number, width: number, greys: readonly number[]): Bytes {
  const { planes } = inner;
  const values = new Uint8Array(height * width * planes);
  for (let k = 0; k < values.length; k++) values[k] = greys[k % planes];
  const top = Math.floor((height - inner.height) / 2);
  const left = Math.floor((width - inner.width) / 2);
  const row = inner.width * planes;
  for (let y = 0; y < inner.height; y++)
    values.set(inner.values.subarray(y * row, (y + 1) * row), ((top + y) * width + left) * planes);
  return { values, height, width, planes };
}
