/** Colour as three planes, red, green and blue, side by side in each pixel; see linocut.core.colour. */

import { floats } from '../values.ts';

const f32 = Math.fround;
const LUMINANCE = [0.299, 0.587, 0.114];

export const PLANES = 3;

/** Luminance, red − green and blue − yellow, each as shares of the three planes. */
export const OPPONENTS = [LUMINANCE, [0.5, -0.5, 0], [-0.25, -0.25, 0.5]].map((row) =>
  row.map(f32),
);

/** Grey values of an image; one that is grey as it is. */
export function luminance(image: ArrayLike<number>, planes: number): Float64Array {
  return planes === 1 ? floats(image) : opponent(image, 0);
}

/** One of the `OPPONENTS` of an image in colour. */
export function opponent(image: ArrayLike<number>, which: number): Float64Array {
  const [red, green, blue] = OPPONENTS[which];
  return Float64Array.from({ length: image.length / PLANES }, (_, i) =>
    f32(red * image[3 * i] + green * image[3 * i + 1] + blue * image[3 * i + 2]),
  );
}

/** Weights on one of the opponents, added to those on the planes. */
export function addOpponentBack(weights: Float64Array, which: number, onto: Float64Array): void {
  OPPONENTS[which].forEach((share, plane) => {
    for (let i = 0; i < weights.length; i++) onto[PLANES * i + plane] += share * weights[i];
  });
}
