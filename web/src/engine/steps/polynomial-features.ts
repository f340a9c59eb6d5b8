import type { Given } from '../given.ts';
import { unaccountable, type Step } from './step.ts';

const MOST = 2 ** 20; // products

/** scikit-learn's products of features up to a degree. */
export function polynomialFeatures(given: Given): Step {
  const { size } = given;
  const degree = given.field('degree');
  const [least, most] = (Array.isArray(degree) ? degree : [0, degree]) as [number, number];
  if (!(countUpTo(size, most) <= MOST)) throw given.wrong('degree');
  const repeated = !given.flag('interaction_only', false);
  const terms: number[][] = given.flag('include_bias', true) ? [[]] : [];
  for (let order = Math.max(1, least); order <= most; order++)
    terms.push(...combinations(size, order, repeated));
  const squares = terms.every((factors) => factors.length <= 2);
  return {
    shape: [terms.length],
    nature: squares ? 'products' : 'opaque',
    forward: (x) =>
      Float64Array.from(terms, (factors) => factors.reduce((product, i) => product * x[i], 1)),
    back: squares
      ? (x, weights) => {
          const back = new Float64Array(size);
          terms.forEach(([i, j], term) => {
            if (terms[term].length === 1) back[i] += weights[term];
            else if (terms[term].length === 2) {
              back[i] += weights[term] * x[j];
              back[j] += weights[term] * x[i];
            }
          });
          return back;
        }
      : unaccountable,
  };
}

/** How many products of up to so many of n numbers there are. */
function countUpTo(n: number, most: number): number {
  let count = 1;
  for (let order = 1; order <= most && count <= MOST; order++) count *= (n + order) / order;
  return count;
}

/** All choices of some of n numbers in ascending order, each once or as often as one likes. */
function combinations(n: number, count: number, repeated: boolean, from = 0): number[][] {
  if (count === 0) return [[]];
  const all: number[][] = [];
  for (let first = from; first < n; first++)
    for (const others of combinations(n, count - 1, repeated, repeated ? first : first + 1))
      all.push([first, ...others]);
  return all;
}
