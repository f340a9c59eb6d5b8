import type { Given } from '../given.ts';
import { combined, type Rows } from './projection.ts';
import type { Values } from '../values.ts';
import type { Step } from './step.ts';

/** Rectified units of random weights. */
export function randomUnits(given: Given): Step {
  const { size } = given;
  const count = given.number('n_units');
  const offsets = given.array('offsets_', count);
  const rows: Rows = { values: given.array('weights_', size, count), count: size, length: count };
  const inputs = (x: Values) => combined(rows, x).map((value, unit) => value + offsets[unit]);
  return {
    shape: [count],
    nature: 'local',
    homogeneous: false,
    forward: (x) => inputs(x).map((value) => Math.max(value, 0)),
    back(x, weights) {
      const open = inputs(x).map((value, unit) => (value > 0 ? weights[unit] : 0));
      const back = new Float64Array(size);
      for (let i = 0, at = 0; i < size; i++) {
        let sum = 0;
        for (let unit = 0; unit < count; unit++) sum += open[unit] * rows.values[at++];
        back[i] = sum;
      }
      return back;
    },
  };
}
