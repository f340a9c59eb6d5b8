import type { Given } from '../given.ts';
import { componentsOf } from './principal-components.ts';
import { combined, projected } from './projection.ts';
import type { Step } from './step.ts';

/** What the first principal components say of an image, as an image again. */
export function denoise(given: Given): Step {
  const { rows, mean, full } = componentsOf(given);
  const within = (x: Float64Array) =>
    combined(rows, projected(rows, x)).map((value) => value * full * full);
  return {
    shape: given.shape,
    nature: 'affine',
    forward: (x) => within(mean.map((each, i) => x[i] - each)).map((value, i) => value + mean[i]),
    back: (_, weights) => within(weights),
  };
}
