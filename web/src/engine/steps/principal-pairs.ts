import type { Given } from '../given.ts';
import { componentsOf } from './principal-components.ts';
import { countOfProducts, productsBack, writeProducts } from './products.ts';
import { combined, projected } from './projection.ts';
import type { Step } from './step.ts';

/** Principal components of an image, scaled, and after them all products of two. */
export function principalPairs(given: Given): Step {
  const { rows, mean } = componentsOf(given);
  const k = rows.count;
  const scale = given.array('scale_', k);
  for (let i = 0; i < rows.values.length; i++) rows.values[i] /= scale[Math.floor(i / rows.length)];
  return {
    shape: [k + countOfProducts(k)],
    nature: 'products',
    forward(x) {
      const z = projected(rows, x, mean);
      const row = new Float64Array(k + countOfProducts(k));
      row.set(z);
      writeProducts(z, 1, row, k);
      return row;
    },
    back(x, weights) {
      const onZ = productsBack(projected(rows, x, mean), 1, weights, k);
      for (let i = 0; i < k; i++) onZ[i] += weights[i];
      return combined(rows, onZ);
    },
  };
}
