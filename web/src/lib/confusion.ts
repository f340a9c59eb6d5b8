/** Reading a confusion matrix: row = true class, column = predicted. */

import type { Counts, PartMetrics, RungPage, ShownImages } from './document.ts';
import { unpack, type Numbers } from './unpack.ts';

export interface Cell {
  truth: number;
  predicted: number;
}

export interface Confusion extends Cell {
  count: number;
  /** of the images of the true class */
  share: number;
}

/** Precision, recall and F1 of one class. */
export interface ClassMetrics {
  precision: number;
  recall: number;
  f1: number;
  support: number;
}

/** A confusion matrix that holds only what is not zero. */
export class Matrix {
  readonly classes: number;
  /** images of each class, and images classified as each */
  readonly trueCounts: Numbers;
  readonly predictedCounts: Numbers;
  /** where the cells of each row begin, and where the last ends */
  readonly #starts: Int32Array;
  readonly #columns: Numbers;
  readonly #counts: Numbers;

  private constructor(
    trueCounts: Numbers,
    predictedCounts: Numbers,
    filled: Numbers,
    columns: Numbers,
    counts: Numbers,
  ) {
    this.classes = filled.length;
    this.trueCounts = trueCounts;
    this.predictedCounts = predictedCounts;
    this.#columns = columns;
    this.#counts = counts;
    this.#starts = new Int32Array(filled.length + 1);
    filled.forEach((cells, row) => (this.#starts[row + 1] = this.#starts[row] + cells));
  }

  static read(held: Counts): Matrix {
    const { filled, columns, counts, predicted } = held;
    return new Matrix(
      unpack(held.true),
      unpack(predicted),
      unpack(filled),
      unpack(columns),
      unpack(counts),
    );
  }

  /** Count predictions; negative ones are none, and are left out. */
  static count(truths: ArrayLike<number>, predictions: ArrayLike<number>, classes: number): Matrix {
    const [trueCounts, predictedCounts] = [new Int32Array(classes), new Int32Array(classes)];
    const rows = Array.from({ length: classes }, () => new Map<number, number>());
    for (let i = 0; i < truths.length; i++) {
      const [truth, predicted] = [truths[i], predictions[i]];
      trueCounts[truth] += 1;
      if (predicted < 0) continue;
      predictedCounts[predicted] += 1;
      rows[truth].set(predicted, (rows[truth].get(predicted) ?? 0) + 1);
    }
    const cells = rows.map((row) => [...row].sort(([a], [b]) => a - b));
    return new Matrix(
      trueCounts,
      predictedCounts,
      Int32Array.from(cells, (row) => row.length),
      Int32Array.from(cells.flat(), ([predicted]) => predicted),
      Int32Array.from(cells.flat(), ([, count]) => count),
    );
  }

  at(truth: number, predicted: number): number {
    let [low, high] = [this.#starts[truth], this.#starts[truth + 1]];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#columns[middle] < predicted) low = middle + 1;
      else high = middle;
    }
    const found = low < this.#starts[truth + 1] && this.#columns[low] === predicted;
    return found ? this.#counts[low] : 0;
  }

  /** A count as a share of its row; 0 in an empty row. */
  share(truth: number, predicted: number): number {
    return this.at(truth, predicted) / Math.max(1, this.trueCounts[truth]);
  }

  /** Visit every cell that is held, row by row. */
  each(visit: (truth: number, predicted: number, count: number) => void): void {
    for (let truth = 0; truth < this.classes; truth++)
      for (let i = this.#starts[truth]; i < this.#starts[truth + 1]; i++)
        visit(truth, this.#columns[i], this.#counts[i]);
  }
}

const read = new WeakMap<Counts, Matrix>();

/** The matrix of one part, read once. */
export function matrixOf({ confusion }: PartMetrics): Matrix {
  let matrix = read.get(confusion);
  if (!matrix) read.set(confusion, (matrix = Matrix.read(confusion)));
  return matrix;
}

export function sum(row: readonly number[]): number {
  return row.reduce((total, value) => total + value, 0);
}

/** The mistakes made most often, largest count first, ties row by row. */
export function largestConfusions(matrix: Matrix, most: number): Confusion[] {
  const confusions: Confusion[] = [];
  matrix.each((truth, predicted, count) => {
    if (truth !== predicted)
      confusions.push({ truth, predicted, count, share: count / matrix.trueCounts[truth] });
  });
  return confusions.sort((a, b) => b.count - a.count).slice(0, most);
}

/** The largest share of a row that any mistake has. */
export function worstShare(matrix: Matrix): number {
  let worst = 0;
  matrix.each((truth, predicted, count) => {
    if (truth !== predicted) worst = Math.max(worst, count / matrix.trueCounts[truth]);
  });
  return worst;
}

/**
 * Precision, recall and F1 of each class; NaN where one is not defined, as in the library: there is
 * no precision where no image was classified as the class, no recall where none belongs to it.
 */
export function classMetrics(matrix: Matrix): ClassMetrics[] {
  return Array.from(matrix.trueCounts, (support, k) => {
    const [hits, claimed] = [matrix.at(k, k), matrix.predictedCounts[k]];
    return {
      precision: hits / claimed,
      recall: hits / support,
      f1: (2 * hits) / (claimed + support),
      support,
    };
  });
}

/** Whether a part was measured at all. */
export function isMeasured(part: PartMetrics): boolean {
  return unpack(part.confusion.true).some((images) => images > 0);
}

/**
 * The shown images in one cell, most telling first: of mistakes the most confident,
 * of correct predictions the least. `predictions` are those of the model, unless given.
 */
export function imagesIn(
  shown: ShownImages,
  rung: RungPage,
  truth: number,
  predicted: number,
  predictions: ArrayLike<number> = unpack(rung.predicted),
): number[] {
  const labels = unpack(shown.labels);
  const probability = unpack(rung.probability_predicted);
  const images: number[] = [];
  for (let i = 0; i < labels.length; i++)
    if (labels[i] === truth && predictions[i] === predicted) images.push(i);
  const turn = truth === predicted ? 1 : -1;
  return images.sort((a, b) => turn * (probability[a] - probability[b]) || a - b);
}
