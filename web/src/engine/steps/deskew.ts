import type { Given } from '../given.ts';
import { MAX_SHEAR, momentsOf, type Sides } from '../images/ink.ts';
import { between, pixelAt, sampledBack, type Places } from '../images/sampling.ts';
import { onInk } from './on-ink.ts';
import type { Step } from './step.ts';

const f32 = Math.fround;

/** Ink sheared about its centre of mass until it no longer leans. */
export function deskew(given: Given): Step {
  const { image: sides } = given;
  const maxShear = given.number('max_shear', MAX_SHEAR);
  const shiftsOf = (ink: Float64Array) => {
    const { shear, row } = momentsOf(ink, sides, maxShear);
    return Float32Array.from({ length: sides.height }, (_, y) => shear * f32(y - f32(row)));
  };
  return onInk(given, {
    forward: (ink) => upright(ink, sides, shiftsOf(ink)),
    back: (ink, weights) => sampledBack(weights, sides, placesOf(shiftsOf(ink), sides)),
  });
}

function upright(ink: Float64Array, sides: Sides, shifts: Float32Array): Float64Array {
  const { height, width, planes } = sides;
  const made = new Float64Array(ink.length);
  for (let row = 0, at = 0; row < height; row++) {
    const whole = Math.floor(shifts[row]);
    const part = f32(shifts[row] - whole);
    for (let column = whole; column < whole + width; column++)
      for (let plane = 0; plane < planes; plane++, at++) {
        const left = pixelAt(ink, sides, row, column, plane);
        made[at] = between(left, pixelAt(ink, sides, row, column + 1, plane), part);
      }
  }
  return made;
}

function placesOf(shifts: Float32Array, { height, width }: Sides): Places {
  const pixels = { length: height * width };
  return {
    rows: Float32Array.from(pixels, (_, i) => Math.floor(i / width)),
    columns: Float32Array.from(pixels, (_, i) => (i % width) + shifts[Math.floor(i / width)]),
  };
}
