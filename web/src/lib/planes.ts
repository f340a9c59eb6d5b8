/** Images in colour hold three numbers a pixel, red, green and blue, side by side. */

/** The numbers of a pixel, added up. */
export function atPixel(values: ArrayLike<number>, pixel: number, pixels: number): number {
  const planes = values.length / pixels;
  let sum = 0;
  for (let i = pixel * planes; i < (pixel + 1) * planes; i++) sum += values[i];
  return sum;
}

/** One number a pixel: its planes added up. */
export function overPlanes(values: Float64Array, pixels: number): Float64Array {
  if (values.length === pixels) return values;
  return Float64Array.from({ length: pixels }, (_, pixel) => atPixel(values, pixel, pixels));
}

/** The numbers of one plane. */
export function onePlane(values: Float64Array, at: number, pixels: number): Float64Array {
  const planes = values.length / pixels;
  return Float64Array.from({ length: pixels }, (_, pixel) => values[pixel * planes + at]);
}

/**
 * RGBA bytes of three numbers a pixel: shares of full light, or with a limit signed values, whose
 * zero is mid grey.
 */
export function paintColours(
  values: ArrayLike<number>,
  limit?: number,
): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray((4 * values.length) / 3);
  for (let i = 0; i < values.length; i++) {
    const share = limit === undefined ? values[i] : 0.5 + values[i] / (2 * (limit || 1));
    bytes[4 * Math.floor(i / 3) + (i % 3)] = 255 * share;
  }
  for (let i = 3; i < bytes.length; i += 4) bytes[i] = 255;
  return bytes;
}
