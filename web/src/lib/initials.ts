/** Names shortened to what tells them apart. */

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function lettersOf(name: string): string[] {
  return Array.from(letters.segment(name), ({ segment }) => segment);
}

/**
 * The shortest beginning of each name that no other begins with, of at most `most` letters; the
 * whole name where that is short enough, and an empty text where nothing that short tells.
 */
export function initials(names: readonly string[], most: number): string[] {
  const all = names.map(lettersOf);
  return names.map((name, k) => {
    if (all[k].length <= most) return name;
    for (let length = 1; length <= most; length++) {
      const start = all[k].slice(0, length).join('');
      if (names.every((other, j) => j === k || !other.startsWith(start))) return start;
    }
    return '';
  });
}

/** About how wide a text is, in ems: letters of wide scripts take a whole one. */
export function ems(text: string): number {
  return lettersOf(text).reduce((sum, letter) => sum + (letter < '\u0600' ? 0.68 : 1.05), 0);
}
