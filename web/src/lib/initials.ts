/** Names shortened to what tells them apart. */

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function lettersOf(name: string): string[] {
  return Array.from(letters.segment(name), ({ segment }) => segment);
}

/**
 * What stands for each name where there is room for `most` letters: the names where all are short
 * enough; else the shortest beginnings that tell them apart; else A, B, C, ….
 */
export function initials(names: readonly string[], most: number): string[] {
  const all = names.map(lettersOf);
  if (all.every((name) => name.length <= most)) return [...names];
  const starts = all.map((name, k) => {
    for (let length = 1; length <= most; length++) {
      const start = name.slice(0, length).join('');
      if (names.every((other, j) => j === k || !other.startsWith(start))) return start;
    }
    return null;
  });
  if (starts.every((start) => start !== null)) return starts;
  return names.map((_, k) => String.fromCharCode(65 + k));
}

/** About how wide a text is, in ems: letters of wide scripts take a whole one. */
export function ems(text: string): number {
  return lettersOf(text).reduce((sum, letter) => sum + (letter < '\u0600' ? 0.68 : 1.05), 0);
}
