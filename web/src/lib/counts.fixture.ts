import type { Counts, Packed } from './document.ts';

function ints(values: readonly number[]): Packed {
  const bytes = new Uint8Array(Int32Array.from(values).buffer);
  return { dtype: 'int32', shape: [values.length], data: btoa(String.fromCharCode(...bytes)) };
}

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
