import type { Chain } from '../pipeline.ts';
import { sizeOf } from '../values.ts';
import type { Nature, Step } from './step.ts';

/** Steps that look at an image in one way, and how much what they make counts. */
export interface View {
  readonly chain: Chain;
  readonly weight: number;
}

/** Several ways of looking at an image, their features side by side. */
export function featureUnion(views: readonly View[]): Step {
  const sizes = views.map(({ chain }) => sizeOf(chain.shape));
  const steps = views.flatMap(({ chain }) => chain.steps.map(({ step }) => step));
  const size = sizes.reduce((sum, each) => sum + each, 0);
  return {
    shape: [size],
    nature: natureOf(steps),
    homogeneous: steps.every(({ nature, homogeneous }) => nature !== 'local' || homogeneous),
    forward(x) {
      const row = new Float64Array(size);
      let at = 0;
      views.forEach(({ chain, weight }, v) => {
        const made = chain.forward(x);
        for (let i = 0; i < sizes[v]; i++) row[at++] = weight * made[i];
      });
      return row;
    },
    back(x, weights) {
      const sum = new Float64Array(x.length);
      let at = 0;
      views.forEach(({ chain, weight }, v) => {
        const taken = chain.back(x, weights.subarray(at, (at += sizes[v])));
        for (let i = 0; i < sum.length; i++) sum[i] += weight * taken[i];
      });
      return sum;
    },
  };
}

function natureOf(steps: readonly Step[]): Nature {
  const some = (nature: Nature) => steps.some((step) => step.nature === nature);
  if (some('opaque') || some('products')) return 'opaque';
  return some('local') ? 'local' : 'affine';
}
