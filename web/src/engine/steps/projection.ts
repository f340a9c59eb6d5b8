import type { Values } from '../values.ts';

/** A matrix of k rows of d numbers, row by row. */
export interface Rows {
  readonly values: Float64Array;
  readonly count: number;
  readonly length: number;
}

/** The product of each row with what is left of x once an offset is taken off it. */
export function projected({ values, count, length }: Rows, x: Values, offset?: Float64Array) {
  const about = offset ? offset.map((each, i) => x[i] - each) : x;
  const made = new Float64Array(count);
  for (let k = 0, at = 0; k < count; k++) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += values[at++] * about[i];
    made[k] = sum;
  }
  return made;
}

/** The sum of all rows, each times a weight of its own. */
export function combined({ values, length }: Rows, weights: ArrayLike<number>): Float64Array {
  const sum = new Float64Array(length);
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k];
    if (weight === 0) continue;
    for (let i = 0, at = k * length; i < length; i++) sum[i] += weight * values[at++];
  }
  return sum;
}
