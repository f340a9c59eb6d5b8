import type { Given } from '../given.ts';
import { standardised } from './elementwise.ts';
import type { Step } from './step.ts';

/** Each feature divided by a number of its own. */
export function equalise(given: Given): Step {
  const { size } = given;
  return standardised([size], new Float64Array(size), given.array('scale_', size));
}
