/** Arrow keys in a grid with one tab stop. */

export interface Cell {
  row: number;
  column: number;
}

/** The cell that an event came from, by its `data-at`. */
export function cellOf(event: Event): Cell | null {
  const at = (event.target as Element).closest<HTMLElement>('[data-at]')?.dataset.at;
  if (!at) return null;
  const [row, column] = at.split(',').map(Number);
  return { row, column };
}

/** Where a key leads from a cell of a grid, or null when it leads nowhere. */
export function moved(key: string, ctrl: boolean, from: Cell, rows: number, columns: number) {
  const to = target(key, ctrl, from, rows, columns);
  if (!to || to.row < 0 || to.column < 0 || to.row >= rows || to.column >= columns) return null;
  return to;
}

function target(
  key: string,
  ctrl: boolean,
  { row, column }: Cell,
  rows: number,
  columns: number,
): Cell | null {
  switch (key) {
    case 'ArrowUp':
      return { row: row - 1, column };
    case 'ArrowDown':
      return { row: row + 1, column };
    case 'ArrowLeft':
      return { row, column: column - 1 };
    case 'ArrowRight':
      return { row, column: column + 1 };
    case 'Home':
      return { row: ctrl ? 0 : row, column: 0 };
    case 'End':
      return { row: ctrl ? rows - 1 : row, column: columns - 1 };
    case 'PageUp':
      return { row: 0, column };
    case 'PageDown':
      return { row: rows - 1, column };
    default:
      return null;
  }
}
