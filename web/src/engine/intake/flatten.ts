/** Pixels as a browser gives them, in grey or in colour, with nothing transparent any more. */

import type { Bytes } from './image.ts';

// Luminance of ITU-R BT.601 in 65536ths, by which Pillow makes colours grey.
const [RED, GREEN, BLUE] = [19595, 38470, 7471];

/**
 * Red, green, blue and cover of each pixel as an image in grey or in colour. What is transparent
 * is laid on black paper if the ink is light, on white if it is dark.
 */
export function flattened(
  rgba: Uint8ClampedArray,
  height: number,
  width: number,
  colour: boolean,
): Bytes {
  const planes = colour ? 3 : 1;
  const values = new Uint8Array(height * width * planes);
  const count = height * width;
  let opaque = true;
  let lit = 0;
  let covered = 0;
  for (let k = 0, at = 0; k < count; k++, at += 4) {
    const grey = (rgba[at] * RED + rgba[at + 1] * GREEN + rgba[at + 2] * BLUE + 0x8000) >>> 16;
    const cover = rgba[at + 3];
    if (cover < 255) opaque = false;
    lit += grey * cover;
    covered += cover;
    if (colour) values.set(rgba.subarray(at, at + 3), 3 * k);
    else values[k] = grey;
  }
  if (!opaque) layOnPaper(values, planes, rgba, lit > 127 * covered);
  return { values, height, width, planes };
}

function layOnPaper(
  values: Uint8Array,
  planes: number,
  rgba: Uint8ClampedArray,
  light: boolean,
): void {
  for (let k = 0; k < values.length; k++) {
    const cover = rgba[4 * Math.floor(k / planes) + 3];
    const ink = light ? values[k] : 255 - values[k];
    const laid = Math.floor((ink * cover + 127) / 255);
    values[k] = light ? laid : 255 - laid;
  }
}
