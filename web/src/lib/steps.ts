/** What a rung classifies differently from the rung before it. */

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
  const changes: Change[] = [];
  after.test.confusion.forEach((row, truth) => {
    row.forEach((now, predicted) => {
      const then = before.test.confusion[truth][predicted];
      if (truth !== predicted && then !== now)
        changes.push({ truth, predicted, before: then, after: now });
    });
  });
  const size = (change: Change) => Math.abs(change.after - change.before);
  return changes.sort((a, b) => size(b) - size(a)).slice(0, most);
}
