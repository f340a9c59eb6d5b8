import type { Given } from '../given.ts';
import { Responses } from '../images/responses.ts';
import type { Step } from './step.ts';

const f32 = Math.fround;
const FLOOR = 0.01; // variance, in squares of full ink, below which a patch is blank rather than faint

/** How much of each atom of a dictionary of patches lies in each part of an image. */
export function patchDictionary(given: Given): Step {
  const { image: sides } = given;
  const smaller = Math.min(sides.height, sides.width);
  const side = given.whole('side', 2, smaller);
  const count = given.rows('filters_');
  const responses = new Responses(
    {
      values: given.array('filters_', count, side * side * sides.planes),
      count,
      side,
      cells: given.whole('cells', 1, smaller - side + 1),
      threshold: f32(given.number('threshold', 0.25)),
      floor: f32(FLOOR),
      bothSigns: given.text('method', 'kmeans') === 'pca',
      full: f32(given.number('full', 255)),
    },
    sides,
  );
  return {
    shape: [responses.size],
    nature: 'local',
    homogeneous: false,
    forward: (image) => responses.forward(image),
    back: (image, weights) => responses.back(image, weights),
  };
}
