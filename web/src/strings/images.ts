/** Which images are listed, and in what order: misread ones first, the surest of them on top. */

import type { ReaderPage, ReadingPage, StringImages } from './document.ts';

export type Choice =
  | { readonly kind: 'misread' | 'all' }
  /** those in which a glyph was read as another */
  | { readonly kind: 'glyph'; readonly truth: string; readonly read: string }
  /** those lost by one of the reader's causes */
  | { readonly kind: 'cause'; readonly cause: number };

/** Shown images by how instructive they are: misread with most certainty … read with most. */
export function misreadFirst(texts: readonly string[], readings: readonly ReadingPage[]): number[] {
  const wrong = (i: number) => readings[i].text !== texts[i];
  return Array.from(readings.keys()).sort((a, b) => {
    if (wrong(a) !== wrong(b)) return wrong(a) ? -1 : 1;
    const by = readings[a].probability - readings[b].probability;
    return wrong(a) ? -by : by;
  });
}

/** The images that a choice takes, in that order. */
export function chosenImages(
  { texts }: Pick<StringImages, 'texts'>,
  { readings }: Pick<ReaderPage, 'readings'>,
  choice: Choice,
): number[] {
  return misreadFirst(texts, readings).filter((i) => {
    const { text, mixed, cause } = readings[i];
    switch (choice.kind) {
      case 'all':
        return true;
      case 'misread':
        return text !== texts[i];
      case 'glyph':
        return mixed.some(([truth, read]) => truth === choice.truth && read === choice.read);
      case 'cause':
        return cause === choice.cause;
    }
  });
}
