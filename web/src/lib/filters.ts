/** Which of the shown test images to look at. */

import type { RungPage, ShownImages } from './document.ts';
import { probability } from './format.ts';
import { imageName } from './shown.ts';
import { unpack } from './unpack.ts';

export const KINDS = ['mistakes', 'correct', 'all'] as const;
export type Kind = (typeof KINDS)[number];

/** Stands for every pair of models where one model's name is asked for. */
export const ANY = 'any';

export interface Filters {
  readonly kind: Kind;
  /** positions of classes; null for every class */
  readonly truth: number | null;
  readonly predicted: number | null;
  /** bounds of the probability that the model gave to its prediction */
  readonly from: number;
  readonly to: number;
  /** only images that this rung, or any pair of rungs, classifies differently */
  readonly disagree: string | null;
  /** what the file's name, or the row where there are no files, holds */
  readonly name: string;
}

export const UNFILTERED: Filters = {
  kind: 'mistakes',
  truth: null,
  predicted: null,
  from: 0,
  to: 1,
  disagree: null,
  name: '',
};

/**
 * The shown images that pass, mistakes first, the most certain of them first; then what was
 * classified correctly, the least certain first.
 */
export function passing(
  shown: ShownImages,
  rung: RungPage,
  rungs: readonly RungPage[],
  filters: Filters,
): number[] {
  const labels = unpack(shown.labels);
  const predicted = unpack(rung.predicted);
  const certain = unpack(rung.probability_predicted);
  const differs = disagreement(rung, rungs, filters.disagree);
  const wanted = filters.name.trim().toLocaleLowerCase();
  const bounded = certain.length > 0 && (filters.from > 0 || filters.to < 1);

  const passes = (i: number) =>
    (filters.truth === null || labels[i] === filters.truth) &&
    (filters.predicted === null || predicted[i] === filters.predicted) &&
    (!bounded || within(probability(certain[i]), filters)) &&
    (!differs || differs(i)) &&
    (wanted === '' || imageName(shown, i).toLocaleLowerCase().includes(wanted));

  const images: number[] = [];
  if (filters.kind !== 'correct')
    for (const i of unpack(rung.mistakes)) if (passes(i)) images.push(i);
  if (filters.kind === 'mistakes') return images;
  const correct: number[] = [];
  for (let i = 0; i < labels.length; i++)
    if (labels[i] === predicted[i] && passes(i)) correct.push(i);
  if (certain.length > 0) correct.sort((a, b) => certain[a] - certain[b] || a - b);
  return images.concat(correct);
}

function within(share: number, { from, to }: Filters): boolean {
  return share >= from && share <= to;
}

function disagreement(
  rung: RungPage,
  rungs: readonly RungPage[],
  wanted: string | null,
): ((i: number) => boolean) | null {
  if (wanted === null) return null;
  const own = unpack(rung.predicted);
  const others = rungs
    .filter(({ name }) => name !== rung.name && (wanted === ANY || name === wanted))
    .map(({ predicted }) => unpack(predicted));
  // all of them agree only where each agrees with the chosen one
  return (i) => others.some((other) => other[i] !== own[i]);
}

/** How many of these images are of each class, by their labels or predictions. */
export function tally(
  classes: ArrayLike<number>,
  images: readonly number[],
  amount: number,
): number[] {
  const counts = new Array<number>(amount).fill(0);
  for (const i of images) counts[classes[i]] += 1;
  return counts;
}
