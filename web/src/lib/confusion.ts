/** Reading a confusion matrix: row = true class, column = predicted. */

import type { PartMetrics, RungPage, ShownImages } from './document.ts';
import { unpack } from './unpack.ts';

export interface Cell {
  truth: number;
  predicted: number;
}

export interface Confusion extends Cell {
  count: number;
  share: number;
}

export function sum(row: readonly number[]): number {
  return row.reduce((total, value) => total + value, 0);
}

/** Each count as a share of its row; an empty row has shares of zero. */
export function rowShares(confusion: readonly (readonly number[])[]): number[][] {
  return confusion.map((row) => {
    const total = sum(row);
    return row.map((value) => (total === 0 ? 0 : value / total));
  });
}

/** The mistakes made most often, largest count first, ties row by row. */
export function largestConfusions(
  confusion: readonly (readonly number[])[],
  most: number,
): Confusion[] {
  const confusions: Confusion[] = [];
  confusion.forEach((row, truth) => {
    const total = sum(row);
    row.forEach((value, predicted) => {
      if (truth !== predicted && value > 0)
        confusions.push({ truth, predicted, count: value, share: value / total });
    });
  });
  return confusions.sort((a, b) => b.count - a.count).slice(0, most);
}

/** Whether a part was measured at all. */
export function isMeasured(part: PartMetrics | null | undefined): part is PartMetrics {
  return !!part && part.confusion.length > 0;
}

/**
 * The shown images in one cell, most telling first: of mistakes the most confident,
 * of correct predictions the least.
 */
export function imagesIn(shown: ShownImages, rung: RungPage, truth: number, predicted: number) {
  const labels = unpack(shown.labels);
  const predictions = unpack(rung.predicted);
  const probability = unpack(rung.probability_predicted);
  const images: number[] = [];
  for (let i = 0; i < labels.length; i++)
    if (labels[i] === truth && predictions[i] === predicted) images.push(i);
  const turn = truth === predicted ? 1 : -1;
  return images.sort((a, b) => turn * (probability[a] - probability[b]) || a - b);
}

/** The mistakes of a rung, in their order, of one true class and one predicted class or of any (null). */
export function mistakesOf(
  shown: ShownImages,
  rung: RungPage,
  truth: number | null,
  predicted: number | null,
): number[] {
  const labels = unpack(shown.labels);
  const predictions = unpack(rung.predicted);
  return Array.from(unpack(rung.mistakes)).filter(
    (i) =>
      (truth === null || labels[i] === truth) &&
      (predicted === null || predictions[i] === predicted),
  );
}
