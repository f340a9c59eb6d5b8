export type Direction = 'ascending' | 'descending';

/** The rows in order of a key; ties keep their order, what is not a number comes last. */
export function sortedBy<Row>(
  rows: readonly Row[],
  key: (row: Row) => number | string,
  direction: Direction,
): Row[] {
  const turn = direction === 'ascending' ? 1 : -1;
  const words = new Intl.Collator(undefined, { numeric: true });
  return [...rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (typeof x === 'string' || typeof y === 'string')
      return turn * words.compare(String(x), String(y));
    if (Number.isNaN(x) || Number.isNaN(y))
      return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return turn * (x - y);
  });
}
