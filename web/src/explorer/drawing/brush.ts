/** Strokes of a soft round brush, as a pen leaves them in an image of few pixels. */

import type { Size } from '../../lib/pixels.ts';

/** A place in an image: pixels from the left and from the top, to a fraction. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Brush {
  /** of the stroke, in pixels */
  readonly width: number;
  /** a byte for each plane: what full cover leaves */
  readonly ink: readonly number[];
}

/** The edge of a stroke fades over a pixel, as that of a scan, and a little more of a wide one. */
const EDGE = 1;
const FADE = 0.1;

/** Width of a stroke like those of handwriting that fills an image of this size. */
export function usualWidth({ height, width }: Size): number {
  return Math.max(1.2, 0.08 * Math.min(height, width));
}

/** How much a stroke through `a` and `b` covers of a pixel whose middle is (x, y), 0…1. */
export function coverAt(x: number, y: number, a: Point, b: Point, width: number): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const along = length && Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / length));
  const distance = Math.hypot(x - a.x - along * dx, y - a.y - along * dy);
  return Math.max(0, Math.min(1, 0.5 + (width / 2 - distance) / edgeOf(width)));
}

function edgeOf(width: number): number {
  return EDGE + FADE * width;
}

/** A stroke on its way. Where it comes by twice it covers no more than once. */
export class Stroke {
  readonly #under: Uint8Array;
  readonly #size: Size;
  readonly #brush: Brush;
  readonly #cover: Float32Array;
  #last: Point | null = null;

  /** `under` is what it is drawn upon: bytes row by row, the planes of a pixel side by side. */
  constructor(under: Uint8Array, size: Size, brush: Brush) {
    this.#under = under;
    this.#size = size;
    this.#brush = brush;
    this.#cover = new Float32Array(size.height * size.width);
  }

  /** Draw on to a point; `pressure` makes the stroke wider or narrower there. */
  to(point: Point, pressure = 1): void {
    const from = this.#last ?? point;
    this.#last = point;
    const width = this.#brush.width * pressure;
    const reach = (width + edgeOf(width)) / 2;
    const { height, width: columns } = this.#size;
    const span = (a: number, b: number, end: number) => [
      Math.max(0, Math.floor(Math.min(a, b) - reach)),
      Math.min(end, Math.ceil(Math.max(a, b) + reach)),
    ];
    const [left, right] = span(from.x, point.x, columns);
    const [top, bottom] = span(from.y, point.y, height);
    for (let row = top; row < bottom; row++)
      for (let column = left; column < right; column++) {
        const cover = coverAt(column + 0.5, row + 0.5, from, point, width);
        const at = row * columns + column;
        if (cover > this.#cover[at]) this.#cover[at] = cover;
      }
  }

  /** The image with the stroke as far as it goes. */
  drawn(): Uint8Array {
    const { ink } = this.#brush;
    const image = this.#under.slice();
    this.#cover.forEach((cover, pixel) => {
      if (cover === 0) return;
      ink.forEach((byte, plane) => {
        const at = pixel * ink.length + plane;
        image[at] = Math.round(image[at] + cover * (byte - image[at]));
      });
    });
    return image;
  }
}
