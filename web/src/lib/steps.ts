/** What a rung reads otherwise than the rung before it. */

import type { RungPage, ShownImages } from './document.ts';
import { unpack } from './unpack.ts';

export interface Change {
  truth: number;
  read: number;
  before: number;
  after: number;
}

/** The shown images that the later rung alone reads rightly, and those that it alone misreads. */
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
  const found: Change[] = [];
  after.test.confusion.forEach((row, truth) => {
    row.forEach((now, read) => {
      const then = before.test.confusion[truth][read];
      if (truth !== read && then !== now) found.push({ truth, read, before: then, after: now });
    });
  });
  const size = (change: Change) => Math.abs(change.after - change.before);
  return found.sort((a, b) => size(b) - size(a)).slice(0, most);
}
