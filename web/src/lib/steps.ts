/** What a rung classifies differently from the rung before it. */

import { matrixOf } from './confusion.ts';
import type { RungPage, ShownImages } from './document.ts';
import { unpack } from './unpack.ts';

export interface Change {
  truth: number;
  predicted: number;
  before: number;
  after: number;
}

/** The shown images that only the later rung classifies correctly, and those that only it misclassifies. */
export function movesBetween(
  shown: ShownImages,
  before: RungPage,
  after: RungPage,
): { gained: number[]; lost: number[] } {
  const labels = unpack(shown.labels);
  const [a, b] = [unpack(before.predicted), unpack(after.predicted)];
  const gained: number[] = [];
  const lost: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    if (a[i] !== labels[i] && b[i] === labels[i]) gained.push(i);
    if (a[i] === labels[i] && b[i] !== labels[i]) lost.push(i);
  }
  return { gained, lost };
}

/** The kinds of mistake whose number changes most, largest change first, ties row by row. */
export function changedConfusions(before: RungPage, after: RungPage, most: number): Change[] {
  const [then, now] = [matrixOf(before.test), matrixOf(after.test)];
  const changes: Change[] = [];
  const add = (truth: number, predicted: number) => {
    const change = { before: then.at(truth, predicted), after: now.at(truth, predicted) };
    if (truth !== predicted && change.before !== change.after)
      changes.push({ truth, predicted, ...change });
  };
  now.each(add);
  then.each((truth, predicted) => {
    if (now.at(truth, predicted) === 0) add(truth, predicted);
  });
  const size = (change: Change) => Math.abs(change.after - change.before);
  const place = (change: Change) => change.truth * now.classes + change.predicted;
  return changes.sort((a, b) => size(b) - size(a) || place(a) - place(b)).slice(0, most);
}
