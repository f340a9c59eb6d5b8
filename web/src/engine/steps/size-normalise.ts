import { demand } from '../error.ts';
import type { Given } from '../given.ts';
import { inkOf } from '../intake/ink.ts';
import { placed } from '../intake/place.ts';
import { unaccountable, type Step } from './step.ts';

/** Ink found, cut out, scaled into a box, and set with its centre of mass into the middle. */
export function sizeNormalise(given: Given): Step {
  const { height, width } = given.image;
  const size = given.whole('size', 1, 4096);
  const box = given.whole('box', 1, size);
  const clean = given.flag('clean', true);
  return {
    shape: [size, size],
    nature: 'opaque',
    forward(image) {
      demand(
        image instanceof Uint8Array,
        'This model looks for ink in images that an earlier step has made no bytes of, which is not done here.',
      );
      const ink = clean
        ? inkOf({ values: image, height, width, planes: 1 })
        : { values: shareOfLargest(image), height, width };
      return placed(ink, box, size).values;
    },
    back: unaccountable,
  };
}

function shareOfLargest(image: Uint8Array): Float32Array {
  const largest = image.reduce((most, value) => Math.max(most, value), 1e-9);
  return Float32Array.from(image, (value) => value / largest);
}
