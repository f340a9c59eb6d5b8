/** Any image as the bytes that a model expects, equal to those of `linocut.data.Intake.read`. */

import { flattened } from './flatten.ts';
import { rounded } from './arithmetic.ts';
import type { Bytes } from './image.ts';
import { inkOf } from './ink.ts';
import { ImageError } from './intake.ts';
import type { Intake } from './intake.ts';
import { placed } from './place.ts';
import { borderGreys, resized } from './resize.ts';

const LARGEST_SEARCHED = 1024; // longer side in which ink is looked for, pixels

/**
 * One image, whatever its size, as a model expects it: bytes of rows of pixels, in colour three a
 * pixel.
 *
 * @param rgba red, green, blue and cover of each pixel, as a canvas gives them
 */
export function read(
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
  intake: Intake,
): Uint8Array {
  if (rgba.length !== 4 * width * height || rgba.length === 0)
    throw new ImageError(`${rgba.length} bytes are no image of ${width} × ${height} pixels.`);
  const image = inFullRange(flattened(rgba, height, width, intake.colour), intake.white);
  const { values } =
    intake.box === null ? withLightInk(image, intake) : normalised(image, intake.box, intake);
  return intake.binarise ? values.map((value) => (value > 127 ? 255 : 0)) : values;
}

/** Bytes whose full white is a smaller value, brought to 255, unless one lies above it. */
function inFullRange(image: Bytes, white: number | null): Bytes {
  if (white === null || white >= 255 || image.values.some((value) => value > white)) return image;
  const factor = 255 / white;
  return { ...image, values: image.values.map((value) => rounded(value * factor)) };
}

function normalised(image: Bytes, box: number, { shape }: Intake): Bytes {
  const { height, width } = image;
  if (Math.min(height, width) < 3)
    throw new ImageError(`${width} × ${height} pixels: no ink can be found in so few.`);
  const share = LARGEST_SEARCHED / Math.max(height, width);
  const side = (length: number) => Math.max(3, rounded(length * share));
  const searched = share >= 1 ? image : resized(image, [side(height), side(width)]);
  return placed(inkOf(searched), box, shape[0]);
}

function withLightInk(image: Bytes, { shape, ink, resampling }: Intake): Bytes {
  const sized = resized(image, shape, resampling);
  if (ink === 'light-on-dark') return sized;
  const dark = ink === 'dark-on-light' || borderGreys(sized)[0] > 127;
  return dark ? { ...sized, values: sized.values.map((value) => 255 - value) } : sized;
}
