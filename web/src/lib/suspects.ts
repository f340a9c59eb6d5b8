/** Images whose labels may be wrong: as the page shows them, and as a table. */

import type { Table } from './export/tables.ts';
import type { ShownImages, SuspectLabels } from './document.ts';
import { unpack } from './unpack.ts';

/** What the parts are called, by their numbers in the document. */
export const PARTS = ['Training', 'Test'] as const;
const KEYS = ['train', 'test'] as const;
export type Which = 'all' | (typeof KEYS)[number];

export interface Suspect {
  /** in the list, and among the tiles */
  readonly place: number;
  /** among `PARTS` */
  readonly part: number;
  readonly row: number;
  readonly file: string | null;
  readonly given: number;
  readonly proposed: number;
  readonly score: number;
  /** among the shown test images, if it is one of them */
  readonly image: number | null;
}

export function suspectsOf(suspects: SuspectLabels, shown: ShownImages): Suspect[] {
  const [parts, rows, given, proposed, scores] = [
    suspects.parts,
    suspects.rows,
    suspects.given,
    suspects.proposed,
    suspects.scores,
  ].map(unpack);
  const places = new Map(Array.from(unpack(shown.rows), (row, place) => [row, place] as const));
  return Array.from(rows, (row, place) => ({
    place,
    part: parts[place],
    row,
    file: suspects.names?.[place] ?? null,
    given: given[place],
    proposed: proposed[place],
    score: scores[place],
    image: parts[place] === 1 ? (places.get(row) ?? null) : null,
  }));
}

export function among(suspects: readonly Suspect[], which: Which): readonly Suspect[] {
  return which === 'all' ? suspects : suspects.filter(({ part }) => KEYS[part] === which);
}

/** As `linocut evaluate --suspects` writes it, so that corrections can be taken back. */
export function suspectsTable(suspects: readonly Suspect[], classNames: readonly string[]): Table {
  return {
    header: ['part', 'index', 'file', 'given', 'proposed', 'score'],
    rows: suspects.map(({ part, row, file, given, proposed, score }) => [
      KEYS[part],
      row,
      file,
      classNames[given],
      classNames[proposed],
      Number(score.toPrecision(6)),
    ]),
  };
}
