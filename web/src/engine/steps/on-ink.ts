import type { Given } from '../given.ts';
import { rounded } from '../intake/arithmetic.ts';
import { inkBack, inkOf } from '../images/ink.ts';
import type { Step } from './step.ts';

/** Ink read elsewhere, and weights on what is made of it as weights on the ink. */
interface Moved {
  readonly forward: (ink: Float64Array) => Float64Array;
  readonly back: (ink: Float64Array, weights: Float64Array) => Float64Array;
}

/** A step that moves ink; what it makes of bytes are bytes, rounded as Python rounds. */
export function onInk({ image: sides, shape }: Given, { forward, back }: Moved): Step {
  return {
    shape,
    nature: 'local',
    homogeneous: true,
    forward: (image) => {
      const made = forward(inkOf(image, sides));
      return image instanceof Uint8Array ? Uint8Array.from(made, rounded) : made;
    },
    back: (image, weights) => inkBack(image, sides, back(inkOf(image, sides), weights)),
  };
}
