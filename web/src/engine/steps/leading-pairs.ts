import type { Given } from '../given.ts';
import { countOfProducts, productsBack, writeProducts } from './products.ts';
import { combined, projected, type Rows } from './projection.ts';
import { floats, type Values } from '../values.ts';
import type { Step } from './step.ts';

/** All features, and after them the products of two of a few directions in them. */
export function leadingPairs(given: Given): Step {
  const { size } = given;
  const count = given.rows('components_');
  const factor = given.number('scale_');
  const rows = given.flag('leading_')
    ? null
    : { values: given.array('components_', count, size), count, length: size };
  const leading = leadingOf(rows, given.array('offset_', count));
  return {
    shape: [size + countOfProducts(count)],
    nature: 'products',
    forward(x) {
      const row = new Float64Array(size + countOfProducts(count));
      row.set(x);
      writeProducts(leading(x), factor, row, size);
      return row;
    },
    back(x, weights) {
      const onLeading = productsBack(leading(x), factor, weights, size);
      const back = weights.slice(0, size);
      const added = rows ? combined(rows, onLeading) : onLeading;
      added.forEach((weight, i) => (back[i] += weight));
      return back;
    },
  };
}

/** What makes the numbers that are multiplied: products with rows, or the first features. */
function leadingOf(rows: Rows | null, offset: Float64Array): (x: Values) => Float64Array {
  if (!rows) return (x) => floats(x.subarray(0, offset.length));
  return (x) => projected(rows, x).map((value, i) => value + offset[i]);
}
