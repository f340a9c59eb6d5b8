/** Pixels of an image, pointed at or walked through; numbered row by row. */

import { moved } from './roving.ts';

export interface Size {
  readonly height: number;
  readonly width: number;
}

/** The pixel at a point of a box that shows the image; null outside. */
export function pixelAt(
  box: Pick<DOMRect, 'left' | 'top' | 'width' | 'height'>,
  { clientX, clientY }: { clientX: number; clientY: number },
  { height, width }: Size,
): number | null {
  const row = Math.floor(((clientY - box.top) / box.height) * height);
  const column = Math.floor(((clientX - box.left) / box.width) * width);
  const inside = row >= 0 && column >= 0 && row < height && column < width;
  return inside ? row * width + column : null;
}

/** Where a key leads from a pixel, or from the middle; null when it leads nowhere. */
export function pixelAfter(
  { key, ctrlKey }: { key: string; ctrlKey: boolean },
  pixel: number | null,
  { height, width }: Size,
): number | null {
  const from = pixel ?? Math.floor(height / 2) * width + Math.floor(width / 2);
  const cell = { row: Math.floor(from / width), column: from % width };
  const to = moved(key, ctrlKey, cell, height, width);
  return to && to.row * width + to.column;
}

/** A pixel as readers count: "row 3, column 1". */
export function placeOf(pixel: number, width: number): string {
  return `row ${Math.floor(pixel / width) + 1}, column ${(pixel % width) + 1}`;
}
