/** Tables of the page as plain rows: from the data behind them, or else from their text. */

import type { Field } from '../csv.ts';

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Field[])[];
}

const behind = new WeakMap<Element, () => Table>();

/**
 * Attach to a table the data that it shows, unrounded and whole:
 * `<table {@attach holds(() => ladderTable(report))}>`.
 */
export function holds(table: () => Table): (element: Element) => () => void {
  return (element) => {
    behind.set(element, table);
    return () => behind.delete(element);
  };
}

export function tableOf(element: HTMLTableElement): Table {
  return behind.get(element)?.() ?? readTable(element);
}

function readTable(element: HTMLTableElement): Table {
  const lines = Array.from(element.rows, (row) =>
    Array.from(row.cells).flatMap((cell) => [
      textOf(cell),
      // a cell over several columns names each of them
      ...new Array<string>(cell.colSpan - 1).fill(cell.closest('thead') ? textOf(cell) : ''),
    ]),
  );
  const heads = element.tHead?.rows.length ?? 0;
  const width = Math.max(0, ...lines.map((line) => line.length));
  const header = Array.from({ length: width }, (_, k) =>
    lines
      .slice(0, heads)
      .map((line) => line.at(k) ?? '')
      .filter((text) => text !== '')
      .join(' '),
  );
  return { header, rows: lines.slice(heads) };
}

function textOf(cell: HTMLElement): string {
  return cell.innerText.replaceAll(/\s+/g, ' ').trim();
}
