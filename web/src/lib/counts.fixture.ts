import type { Counts } from './document.ts';
import { ints } from './packed.fixture.ts';

/** A matrix written out, as src/linocut/report/counts.py packs it. */
export function countsOf(matrix: readonly (readonly number[])[]): Counts {
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const filled = matrix.map((row) => row.flatMap((value, k) => (value > 0 ? [k] : [])));
  return {
    filled: ints(filled.map((columns) => columns.length)),
    columns: ints(filled.flat()),
    counts: ints(matrix.flat().filter((value) => value > 0)),
    true: ints(matrix.map(total)),
    predicted: ints(matrix.map((_, k) => total(matrix.map((row) => row[k])))),
    left_out: 0,
  };
}
