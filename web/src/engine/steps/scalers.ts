/** The scalers of scikit-learn's: each feature less a number of its own, divided by another. */

import type { Given } from '../given.ts';
import { elementwise, standardised } from './elementwise.ts';
import { unaccountable, type Step } from './step.ts';

export function standardScaler(given: Given): Step {
  return standardised(
    given.shape,
    valuesOf(given, 'mean_', given.flag('with_mean', true), 0),
    valuesOf(given, 'scale_', given.flag('with_std', true), 1),
  );
}

export function robustScaler(given: Given): Step {
  return standardised(
    given.shape,
    valuesOf(given, 'center_', given.flag('with_centering', true), 0),
    valuesOf(given, 'scale_', given.flag('with_scaling', true), 1),
  );
}

export function minMaxScaler(given: Given): Step {
  const { size, shape } = given;
  const scaled = elementwise(shape, given.array('scale_', size), given.array('min_', size));
  const [low, high] = given.field('feature_range') as [number, number];
  return given.flag('clip', false) ? clipped(scaled, low, high) : scaled;
}

export function maxAbsScaler(given: Given): Step {
  const { size, shape } = given;
  const scaled = standardised(shape, new Float64Array(size), given.array('scale_', size));
  return given.flag('clip', false) ? clipped(scaled, -1, 1) : scaled;
}

/** An array of the state, or what stands for one that is not used. */
function valuesOf(given: Given, name: string, used: boolean, otherwise: number): Float64Array {
  return used ? given.array(name, given.size) : new Float64Array(given.size).fill(otherwise);
}

function clipped(scaled: Step, low: number, high: number): Step {
  return {
    ...scaled,
    nature: 'opaque',
    forward: (x) =>
      Float64Array.from(scaled.forward(x), (value) => Math.min(high, Math.max(low, value))),
    back: unaccountable,
  };
}
