/** The symbols of a text: each letter with the marks that combine with it. */
export function symbolsOf(text: string): string[] {
  const found: string[] = [];
  for (const letter of text)
    if (
      found.length > 0 &&
      (/^[\p{M}\u200d]$/u.test(letter) || found[found.length - 1].endsWith('\u200d'))
    )
      found[found.length - 1] += letter;
    else found.push(letter);
  return found;
}
