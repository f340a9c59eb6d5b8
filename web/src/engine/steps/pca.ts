import type { Given } from '../given.ts';
import { combined, projected } from './projection.ts';
import type { Step } from './step.ts';

/** scikit-learn's principal components, each divided by its deviation if they are whitened. */
export function pca(given: Given): Step {
  const { size } = given;
  const count = given.rows('components_');
  const values = given.array('components_', count, size);
  const mean = given.array('mean_', size);
  if (given.flag('whiten', false)) {
    const variance = given.array('explained_variance_', count);
    for (let i = 0; i < values.length; i++)
      values[i] /= Math.max(Math.sqrt(variance[Math.floor(i / size)]), Number.EPSILON);
  }
  const rows = { values, count, length: size };
  return {
    shape: [count],
    nature: 'affine',
    forward: (x) => projected(rows, x, mean),
    back: (_, weights) => combined(rows, weights),
  };
}
