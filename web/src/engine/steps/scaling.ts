import type { Given } from '../given.ts';
import { standardised } from './elementwise.ts';
import { unaccountable, type Step } from './step.ts';

/** Pixels scaled in one of the usual ways: less an offset, divided by a scale. */
export function scaling(given: Given): Step {
  const { size } = given;
  const scaled = standardised([size], given.array('offset_', size), given.array('scale_', size));
  if (given.text('kind') !== 'binarise') return scaled;
  return {
    ...scaled,
    nature: 'opaque',
    forward: (x) => Float64Array.from(scaled.forward(x), (value) => (value > 0.5 ? 1 : 0)),
    back: unaccountable,
  };
}
