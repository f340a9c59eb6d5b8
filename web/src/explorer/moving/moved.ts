/** An image shifted and rotated, as by hand on its paper. */

import type { Size } from '../../lib/pixels.ts';

export interface Move {
  /** pixels, to a fraction */
  readonly right: number;
  readonly down: number;
  /** clockwise, about the middle of the image */
  readonly degrees: number;
}

export const UNMOVED: Move = { right: 0, down: 0, degrees: 0 };

/** Bytes of the moved image; zeros come in, and what lies between pixels is mixed of four. */
export function moved(image: Uint8Array, { height, width }: Size, move: Move): Uint8Array {
  const { right, down, degrees } = move;
  if (right === 0 && down === 0 && degrees === 0) return image;
  const planes = image.length / (height * width);
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const made = new Uint8Array(image.length);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      // where this pixel came from
      const x = column - middleX - right;
      const y = row - middleY - down;
      const fromX = cos * x + sin * y + middleX;
      const fromY = -sin * x + cos * y + middleY;
      for (let plane = 0; plane < planes; plane++)
        made[(row * width + column) * planes + plane] = Math.round(
          between(image, { height, width }, planes, plane, fromX, fromY),
        );
    }
  return made;
}

/** The value at a place between pixels. */
function between(
  image: Uint8Array,
  { height, width }: Size,
  planes: number,
  plane: number,
  x: number,
  y: number,
): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [ax, ay] = [x - left, y - top];
  const at = (row: number, column: number) =>
    row >= 0 && row < height && column >= 0 && column < width
      ? image[(row * width + column) * planes + plane]
      : 0;
  return (
    (1 - ay) * ((1 - ax) * at(top, left) + ax * at(top, left + 1)) +
    ay * ((1 - ax) * at(top + 1, left) + ax * at(top + 1, left + 1))
  );
}
