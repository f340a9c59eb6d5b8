/** Filters along the rows and columns of an image, each plane on its own. */

import type { Sides } from './ink.ts';

/** A square matrix, row by row, and of each row from where to where it is not zero. */
export interface Matrix {
  readonly side: number;
  readonly values: Float64Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

export function matrixOf(side: number, value: (row: number, column: number) => number): Matrix {
  const values = new Float64Array(side * side);
  const [from, to] = [new Int32Array(side).fill(side), new Int32Array(side)];
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const each = (values[row * side + column] = value(row, column));
      if (each === 0) continue;
      from[row] = Math.min(from[row], column);
      to[row] = column + 1;
    }
  return { side, values, from, to };
}

export function transposed({ side, values }: Matrix): Matrix {
  return matrixOf(side, (row, column) => values[column * side + row]);
}

/** An image with its columns multiplied by one matrix and its rows by another. */
export function filtered(
  image: ArrayLike<number>,
  { height, width, planes }: Sides,
  down: Matrix,
  across: Matrix,
  round: (value: number) => number = (value) => value,
): Float64Array {
  const line = width * planes;
  const half = new Float64Array(height * line);
  const made = new Float64Array(height * line);
  for (let row = 0; row < height; row++)
    for (let i = 0; i < line; i++) {
      let sum = 0;
      for (let other = down.from[row]; other < down.to[row]; other++)
        sum += down.values[row * height + other] * image[other * line + i];
      half[row * line + i] = round(sum);
    }
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      for (let plane = 0; plane < planes; plane++) {
        let sum = 0;
        for (let other = across.from[column]; other < across.to[column]; other++)
          sum += across.values[column * width + other] * half[row * line + other * planes + plane];
        made[row * line + column * planes + plane] = round(sum);
      }
  return made;
}
