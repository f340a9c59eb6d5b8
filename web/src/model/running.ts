/** Evidence added up pixel by pixel. */

export type Order = 'size' | 'rows';

export interface RunningSum {
  /** the pixels in the order in which they are added */
  order: number[];
  /** the sum before the first of them, after the first, …, after the last */
  sums: number[];
}

/** Add up evidence from `start`: the largest first, or row by row. */
export function runningSum(pixels: ArrayLike<number>, start: number, by: Order): RunningSum {
  const order = Array.from(pixels, (_, i) => i);
  if (by === 'size') order.sort((a, b) => Math.abs(pixels[b]) - Math.abs(pixels[a]) || a - b);
  const sums = [start];
  for (const pixel of order) sums.push(sums[sums.length - 1] + pixels[pixel]);
  return { order, sums };
}
