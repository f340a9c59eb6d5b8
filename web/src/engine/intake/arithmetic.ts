/** Rounding and sums as Python and NumPy have them, to the last bit. */

/** The nearest whole number; of two the even one. */
export function rounded(value: number): number {
  const below = Math.floor(value);
  const over = value - below;
  if (over !== 0.5) return over < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** A sum in 32 bits in NumPy's order: from eight values on, in eight sums side by side. */
export function sumOf(values: Float32Array): number {
  const { length } = values;
  if (length > 128) {
    const half = Math.floor(length / 2);
    const middle = half - (half % 8);
    return Math.fround(sumOf(values.subarray(0, middle)) + sumOf(values.subarray(middle)));
  }
  const blocks = length < 8 ? 0 : length - (length % 8);
  const eight = values.slice(0, Math.min(8, blocks));
  for (let k = 8; k < blocks; k++) eight[k % 8] += values[k];
  const pair = (k: number) => Math.fround(eight[k] + eight[k + 1]);
  let sum = blocks
    ? Math.fround(Math.fround(pair(0) + pair(2)) + Math.fround(pair(4) + pair(6)))
    : 0;
  for (let k = blocks; k < length; k++) sum = Math.fround(sum + values[k]);
  return sum;
}
