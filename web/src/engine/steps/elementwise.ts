import type { Shape } from '../values.ts';
import type { Step } from './step.ts';

/** A step that multiplies each number by one of its own and adds another. */
export function elementwise(shape: Shape, factors: Float64Array, summands: Float64Array): Step {
  return {
    shape,
    nature: 'affine',
    forward: (x) => factors.map((factor, i) => factor * x[i] + summands[i]),
    back: (_, weights) => factors.map((factor, i) => factor * weights[i]),
  };
}

/** A step that makes (x − offset) / scale of each number. */
export function standardised(shape: Shape, offsets: Float64Array, scales: Float64Array): Step {
  return elementwise(
    shape,
    scales.map((scale) => 1 / scale),
    scales.map((scale, i) => -offsets[i] / scale),
  );
}
