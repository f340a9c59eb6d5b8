import type { Given } from '../given.ts';
import { combined, projected, type Rows } from './projection.ts';
import type { Step } from './step.ts';

/** Components as the files of all steps that begin with them have them: rows on pixels. */
export function componentsOf(given: Given): { rows: Rows; mean: Float64Array; full: number } {
  const { size } = given;
  const full = given.number('full', 255);
  const count = given.rows('components_');
  const values = given.array('components_', count, size).map((value) => value / full);
  const mean = given.array('mean_', size).map((value) => value * full);
  return { rows: { values, count, length: size }, mean, full };
}

/** Coordinates of an image along the directions of most variance. */
export function principalComponents(given: Given): Step {
  const { rows, mean } = componentsOf(given);
  return {
    shape: [rows.count],
    nature: 'affine',
    forward: (x) => projected(rows, x, mean),
    back: (_, weights) => combined(rows, weights),
  };
}
