/** A confusion matrix too large to be read cell by cell, as a picture. */

import { shade, type Rgb } from './colour.ts';
import { worstShare, type Cell, type Matrix } from './confusion.ts';

/** The place of each class in an order, and the classes in that order. */
export interface Order {
  readonly classes: readonly number[];
  readonly place: readonly number[];
}

export function orderOf(classes: readonly number[]): Order {
  const place = new Array<number>(classes.length);
  classes.forEach((k, at) => (place[k] = at));
  return { classes, place };
}

/** How many classes share a dot, so that dots are at least a pixel wide. */
export function classesPerDot(classes: number, side: number): number {
  return Math.max(1, Math.ceil(classes / Math.max(1, side)));
}

/**
 * RGBA bytes of the matrix, `per` classes to a dot either way: the largest share that a mistake
 * in it has of its row, and on the diagonal, where there is none larger, the mean recall.
 */
export function paintOverview(
  matrix: Matrix,
  { place }: Order,
  per: number,
  empty: Rgb,
  dark: boolean,
): { bytes: Uint8ClampedArray<ArrayBuffer>; side: number } {
  const side = Math.ceil(matrix.classes / per);
  const mistakes = new Float64Array(side * side);
  const recalls = new Float64Array(side);
  matrix.each((truth, predicted, count) => {
    const [row, column] = [Math.floor(place[truth] / per), Math.floor(place[predicted] / per)];
    const share = count / matrix.trueCounts[truth];
    const dot = row * side + column;
    if (truth === predicted) recalls[row] += share / per;
    else mistakes[dot] = Math.max(mistakes[dot], share);
  });
  const worst = worstShare(matrix);
  const bytes = new Uint8ClampedArray(4 * side * side);
  for (let dot = 0; dot < mistakes.length; dot++) {
    const [row, column] = [Math.floor(dot / side), dot % side];
    const colour =
      row === column && recalls[row] > 0 && recalls[row] >= mistakes[dot]
        ? shade('correct', recalls[row], dark)
        : mistakes[dot] > 0
          ? mistakeColour(mistakes[dot], worst, dark)
          : empty;
    bytes.set(colour, 4 * dot);
    bytes[4 * dot + 3] = 255;
  }
  return { bytes, side };
}

/** The colour of a mistake that has this share of its row, where the worst one has `worst`. */
export function mistakeColour(share: number, worst: number, dark: boolean): Rgb {
  return shade('wrong', 0.06 + 0.94 * (share / worst) ** 0.75, dark);
}

/** The most frequent mistake within `reach` places of a point, if there is any. */
export function mistakeNear(
  matrix: Matrix,
  { classes }: Order,
  row: number,
  column: number,
  reach: number,
): Cell | null {
  let found: Cell | null = null;
  let most = 0;
  const last = classes.length - 1;
  for (let i = Math.max(0, row - reach); i <= Math.min(last, row + reach); i++)
    for (let j = Math.max(0, column - reach); j <= Math.min(last, column + reach); j++) {
      const count = matrix.at(classes[i], classes[j]);
      if (i !== j && count > most) {
        most = count;
        found = { truth: classes[i], predicted: classes[j] };
      }
    }
  return found;
}

/** Where a close-up of `size` places begins that has `centre` in its middle and ends inside. */
export function startOf(centre: number, size: number, classes: number): number {
  return Math.max(0, Math.min(Math.round(centre - size / 2), classes - size));
}
