/** How two models do on the same test images. */

import type { Document, RungPage, ShownImages } from './document.ts';
import { unpack } from './unpack.ts';

/** Numbers of test images, all of them: also those that the page does not hold. */
export interface Duel {
  images: number;
  bothRight: number;
  onlyOne: number;
  onlyOther: number;
  /** both wrong, with the same answer and with different ones */
  sameMistake: number;
  otherMistake: number;
  /** accuracy of the one less that of the other, and its 95 % interval */
  difference: number;
  interval: [number, number];
}

export function duelOf(report: Document, one: RungPage, other: RungPage): Duel {
  const { rungs, duels, dataset } = report;
  const at = (a: RungPage, b: RungPage) => rungs.indexOf(a) * rungs.length + rungs.indexOf(b);
  const only = unpack(duels.only);
  const images = dataset.test_rows;
  const onlyOne = only[at(one, other)];
  const onlyOther = only[at(other, one)];
  const bothRight = Math.round(one.test.accuracy * images) - onlyOne;
  const sameMistake = unpack(duels.same)[at(one, other)] - bothRight;
  const otherMistake = images - bothRight - onlyOne - onlyOther - sameMistake;
  return {
    images,
    bothRight,
    onlyOne,
    onlyOther,
    sameMistake,
    otherMistake,
    ...paired(onlyOne, onlyOther, images),
  };
}

/**
 * The difference of two shares of the same images, with Wald's interval for paired shares, its
 * counts raised by a half (Agresti and Min, 2005): it keeps a width where there are none.
 */
export function paired(
  onlyOne: number,
  onlyOther: number,
  images: number,
): { difference: number; interval: [number, number] } {
  const n = Math.max(images, 1) + 2;
  const [a, b] = [onlyOne + 0.5, onlyOther + 0.5];
  const centre = (a - b) / n;
  const half = (1.96 * Math.sqrt(a + b - (a - b) ** 2 / n)) / n;
  return {
    difference: (onlyOne - onlyOther) / Math.max(images, 1),
    interval: [centre - half, centre + half],
  };
}

/** The shown images that one model gets right and the other does not, most certain first. */
export function onlyRight(shown: ShownImages, one: RungPage, other: RungPage): number[] {
  const labels = unpack(shown.labels);
  const [a, b] = [unpack(one.predicted), unpack(other.predicted)];
  const truth = unpack(other.probability_true);
  return Array.from(labels.keys())
    .filter((i) => a[i] === labels[i] && b[i] !== labels[i])
    .sort((i, j) => truth[i] - truth[j] || i - j);
}
