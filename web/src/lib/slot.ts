/** What a page's slot holds, whatever the page shows. */
export type Slot =
  { kind: 'held'; held: unknown } | { kind: 'empty' } | { kind: 'unreadable'; why: string };

/** Read the slot of a page that shows documents of this format; an unfilled page holds null. */
export function readFormat(text: string, expected: number): Slot {
  let held: unknown;
  try {
    held = JSON.parse(text);
  } catch (error) {
    return { kind: 'unreadable', why: `Its data are not valid JSON: ${String(error)}.` };
  }
  if (held === null) return { kind: 'empty' };
  const { format } = held as { format?: unknown };
  if (format === expected) return { kind: 'held', held };
  return {
    kind: 'unreadable',
    why: `Its data have format ${String(format)}, but this page reads format ${expected}.`,
  };
}
