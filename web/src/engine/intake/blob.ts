/** Image files and canvases as pixels: the only part of the intake that needs a browser. */

import { ImageError } from './intake.ts';
import type { Intake } from './intake.ts';
import { read } from './read.ts';

const LARGEST = 50_000_000; // pixels, as in Python
const BAND = 4_000_000; // pixels of a canvas that every browser grants

export interface Pixels {
  readonly rgba: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** An image file as a model expects it, turned upright as its camera says. */
export async function readBlob(blob: Blob, intake: Intake): Promise<Uint8Array> {
  await refuseSixteenBits(blob);
  const bitmap = await decoded(blob);
  try {
    const { rgba, width, height } = pixelsOf(bitmap);
    return read(rgba, width, height, intake);
  } finally {
    bitmap.close();
  }
}

/** All pixels of a bitmap or canvas, which it gives in bands: canvases are limited, images less. */
export function pixelsOf(source: ImageBitmap | OffscreenCanvas | HTMLCanvasElement): Pixels {
  const { width, height } = source;
  if (width * height > LARGEST)
    throw new ImageError(
      `The image has ${width} × ${height} pixels, more than ${LARGEST / 1e6} million.`,
    );
  const rows = Math.max(1, Math.floor(BAND / width));
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let top = 0; top < height; top += rows) {
    const count = Math.min(rows, height - top);
    const canvas = new OffscreenCanvas(width, count);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new ImageError('This browser gives no canvas to read the image from.');
    context.drawImage(source, 0, -top);
    rgba.set(context.getImageData(0, 0, width, count).data, 4 * width * top);
  }
  return { rgba, width, height };
}

async function decoded(blob: Blob): Promise<ImageBitmap> {
  try {
    // Python leaves colours as the file has them, whatever profile stands beside them.
    return await createImageBitmap(blob, {
      imageOrientation: 'from-image',
      colorSpaceConversion: 'none',
    });
  } catch {
    throw new ImageError('This is no image that this browser can read.');
  }
}

/** Grey values of 16 bits have a scale of their own, and a browser would cut them to 8. */
async function refuseSixteenBits(blob: Blob): Promise<void> {
  const head = new Uint8Array(await blob.slice(0, 26).arrayBuffer());
  const isPng = [0x89, 0x50, 0x4e, 0x47].every((byte, k) => head[k] === byte);
  const [depth, kind] = head.subarray(24);
  if (isPng && depth === 16 && kind === 0)
    throw new ImageError(
      'A grey PNG of 16 bits a pixel, which a browser cuts to 8: save it with 8 bits.',
    );
}
