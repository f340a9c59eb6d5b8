/** Save to a file what the page holds, without asking anybody for it. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // the browser reads it after the click has been dealt with
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

export function downloadCsv(name: string, text: string): void {
  // without the mark, spreadsheets take the letters for another encoding
  download(name, new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }));
}

/** A file's name from some words: lower case, without what file systems dislike. */
export function fileName(words: readonly string[], ending: string): string {
  const joined = words.join(' ').toLocaleLowerCase().normalize('NFC');
  const plain = joined.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-').replaceAll(/^-+|-+$/g, '');
  return `${plain.slice(0, 80) || 'linocut'}.${ending}`;
}
