import type { Given } from '../given.ts';
import type { Step } from './step.ts';

/** A window of each image. */
export function crop(given: Given): Step {
  const { image, shape, size } = given;
  const [top, left] = [given.whole('top', 0, image.height), given.whole('left', 0, image.width)];
  const height = given.whole('height', 1, image.height - top);
  const width = given.whole('width', 1, image.width - left);
  const line = width * image.planes;
  const places = Int32Array.from(
    { length: height * line },
    (_, i) => ((top + Math.floor(i / line)) * image.width + left) * image.planes + (i % line),
  );
  const made = shape.length > 1 ? [height, width, ...shape.slice(2)] : [places.length];
  return {
    shape: made,
    nature: 'affine',
    forward: (x) =>
      x instanceof Uint8Array
        ? Uint8Array.from(places, (at) => x[at])
        : Float64Array.from(places, (at) => x[at]),
    back: (_, weights) => {
      const whole = new Float64Array(size);
      places.forEach((at, i) => (whole[at] = weights[i]));
      return whole;
    },
  };
}
