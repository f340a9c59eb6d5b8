/** A long list as rows in a window that scrolls: only what is near the window is drawn. */

/** Between cards, in px. */
export const GAP = 8;

/** The rows to draw, from `first` up to but not including `last`. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** The rows in sight of a window, and a third of a window more on either side. */
export function rowsNear(top: number, windowHeight: number, rowHeight: number, rows: number): Span {
  const spare = windowHeight / 3;
  const first = Math.floor((top - spare) / rowHeight);
  const last = Math.ceil((top + windowHeight + spare) / rowHeight);
  return { first: Math.min(rows, Math.max(0, first)), last: Math.max(0, Math.min(rows, last)) };
}

/**
 * The row that each of so many elements draws. A row keeps its element while it is near: an
 * element that is left behind draws the next one to come.
 */
export function rowOfEach({ first, last }: Span, elements: number): (number | null)[] {
  return Array.from({ length: elements }, (_, element) => {
    const behind = (first - element) / elements;
    const row = element + elements * Math.ceil(behind);
    return row < last ? row : null;
  });
}

/** Where a key leads from a place in the list; null where it leads nowhere. */
export function placeAfter(
  key: string,
  ctrl: boolean,
  place: number,
  { count, columns, rowsInSight }: { count: number; columns: number; rowsInSight: number },
): number | null {
  const steps: Partial<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * rowsInSight,
    PageDown: columns * rowsInSight,
    Home: ctrl ? -place : -(place % columns),
    End: ctrl ? count - 1 - place : Math.min(columns - 1 - (place % columns), count - 1 - place),
  };
  const step = steps[key];
  if (step === undefined) return null;
  const to = place + step;
  const far = key.startsWith('Page') ? Math.min(count - 1, Math.max(0, to)) : to;
  return far >= 0 && far < count ? far : null;
}

/** Where a window must be scrolled to, so that a row is in it; as it is if it is there already. */
export function scrolledTo(row: number, top: number, windowHeight: number, rowHeight: number) {
  return Math.min(row * rowHeight, Math.max(top, (row + 1) * rowHeight - windowHeight));
}
