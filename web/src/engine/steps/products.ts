/** Products of two of some numbers, z_i z_j for all i ≤ j, row by row. */

export function countOfProducts(k: number): number {
  return (k * (k + 1)) / 2;
}

/** Write the products, each times a factor, from a place in a row on. */
export function writeProducts(z: Float64Array, factor: number, row: Float64Array, at: number) {
  for (let i = 0; i < z.length; i++)
    for (let j = i; j < z.length; j++) row[at++] = factor * z[i] * z[j];
}

/** Weights on the products, which begin at a place in a row of weights, as weights on z. */
export function productsBack(
  z: Float64Array,
  factor: number,
  weights: Float64Array,
  at: number,
): Float64Array {
  const back = new Float64Array(z.length);
  for (let i = 0; i < z.length; i++)
    for (let j = i; j < z.length; j++) {
      const weight = factor * weights[at++];
      back[i] += weight * z[j];
      back[j] += weight * z[i];
    }
  return back;
}
