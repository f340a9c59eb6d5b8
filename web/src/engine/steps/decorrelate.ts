import type { Given } from '../given.ts';
import { combined, projected } from './projection.ts';
import type { Step } from './step.ts';

/** Features turned to axes along which they do not vary together. */
export function decorrelate(given: Given): Step {
  const { size } = given;
  const count = given.rows('components_');
  const rows = { values: given.array('components_', count, size), count, length: size };
  const mean = given.array('mean_', size);
  return {
    shape: [count],
    nature: 'affine',
    forward: (x) => projected(rows, x, mean),
    back: (_, weights) => combined(rows, weights),
  };
}
