/**
 * Ink and paper of an image, and the moments of the ink; see linocut.core.ink. What Python rounds to
 * float32 is rounded here, too, so that the same bytes come out.
 */

import { paperOf } from '../intake/image.ts';
import { floats, type Values } from '../values.ts';
import { luminance } from './colour.ts';

const f32 = Math.fround;

/** Shear, in columns a row, beyond which what seems to lean is no slant of the writing. */
export const MAX_SHEAR = 1;

export interface Sides {
  readonly height: number;
  readonly width: number;
  readonly planes: number;
}

/** The grey of the paper. Images in colour have none but black. */
function paperUnder(values: Values, { height, width, planes }: Sides): number {
  return planes > 1 ? 0 : paperOf({ values, height, width });
}

/** How far each pixel is from the paper, whichever of the two is lighter. */
export function inkOf(image: Values, sides: Sides): Float64Array {
  const paper = paperUnder(image, sides);
  const ink = floats(image);
  if (paper !== 0 || !(image instanceof Uint8Array))
    for (let i = 0; i < ink.length; i++) ink[i] = Math.abs(f32(ink[i] - paper));
  return ink;
}

/** Weights on ink as weights on the image: of the other sign where it is darker than the paper. */
export function inkBack(image: Values, sides: Sides, weights: Float64Array): Float64Array {
  const paper = paperUnder(image, sides);
  return weights.map((weight, i) => (image[i] < paper ? -weight : weight));
}

/** Where the ink is, how far it leans, and how far it spreads; of a blank image, as of a dot. */
export interface Moments {
  /** centre of mass, pixels */
  readonly row: number;
  readonly column: number;
  /** columns a row */
  readonly shear: number;
  /** standard deviation along rows, and along columns once the shear is taken out, pixels */
  readonly height: number;
  readonly uprightWidth: number;
}

export function momentsOf(image: Float64Array, sides: Sides, maxShear = MAX_SHEAR): Moments {
  const { height, width, planes } = sides;
  const ink = luminance(image, planes);
  let [sum, y, x, squareY, squareX, both] = [0, 0, 0, 0, 0, 0];
  for (let row = 0, at = 0; row < height; row++) {
    let [inRow, xInRow] = [0, 0];
    for (let column = 0; column < width; column++, at++) {
      const value = ink[at];
      inRow += value;
      xInRow += value * column;
      squareX += value * column * column;
    }
    sum += inRow;
    x += xInRow;
    both += xInRow * row;
    y += inRow * row;
    squareY += inRow * row * row;
  }
  if (sum <= 0)
    return { row: (height - 1) / 2, column: (width - 1) / 2, shear: 0, height: 0, uprightWidth: 0 };
  const over = (value: number) => f32(f32(value) / f32(sum));
  const [row, column] = [over(y), over(x)];
  const yy = Math.max(f32(over(squareY) - f32(row * row)), 0);
  const xx = Math.max(f32(over(squareX) - f32(column * column)), 0);
  const xy = f32(over(both) - f32(row * column));
  // a single row of ink does not lean
  const lean = yy > f32(1e-3) ? f32(xy / yy) : 0;
  const shear = Math.min(f32(maxShear), Math.max(-f32(maxShear), lean));
  const crossed = f32(f32(2 * shear) * xy);
  const upright = f32(f32(xx - crossed) + f32(f32(shear * shear) * yy));
  return {
    row,
    column,
    shear,
    height: f32(Math.sqrt(yy)),
    uprightWidth: f32(Math.sqrt(Math.max(upright, 0))),
  };
}
