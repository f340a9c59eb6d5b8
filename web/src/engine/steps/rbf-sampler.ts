import type { Given } from '../given.ts';
import { combined } from './projection.ts';
import { unaccountable, type Step } from './step.ts';

/** Random waves of an image: cosines, which no weights are taken back through. */
export function rbfSampler(given: Given): Step {
  const { size } = given;
  const count = given.number('n_components');
  const offset = given.array('random_offset_', count);
  const values = given.array('random_weights_', size, count);
  const root = Math.sqrt(2 / count);
  return {
    shape: [count],
    nature: 'opaque',
    forward: (x) =>
      combined({ values, count: size, length: count }, x).map(
        (value, i) => root * Math.cos(value + offset[i]),
      ),
    back: unaccountable,
  };
}
