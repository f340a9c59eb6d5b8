import type { Given } from '../given.ts';
import { filtered, matrixOf, transposed, type Matrix } from '../images/filter.ts';
import type { Sides } from '../images/ink.ts';
import type { Values } from '../values.ts';
import type { Step } from './step.ts';

const f32 = Math.fround;
const ROUNDING = 1e-5; // of full ink: less than that is none, so that no root of it can matter

/** Each pixel less the mean of its surroundings, divided by their standard deviation. */
export function normaliseContrast(given: Given): Step {
  const { image: sides, shape } = given;
  const [sigma, full] = [given.number('sigma', 4), given.number('full', 255)];
  const floor = f32(given.number('floor', 0.1) ** 2);
  const [down, across] = [weightsOf(sides.height, sigma), weightsOf(sides.width, sigma)];
  const [downBack, acrossBack] = [transposed(down), transposed(across)];
  const parted = (image: Values): Parted => partedBy(image, sides, full, floor, down, across);
  return {
    shape,
    nature: 'local',
    homogeneous: true,
    forward: (image) => {
      const { apart, size } = parted(image);
      return apart.map((value, i) => value / size[Math.floor(i / sides.planes)]);
    },
    back: (image, weights) => {
      const { apart, size } = parted(image);
      const g = weights.map((weight, i) =>
        apart[i] === 0 ? 0 : weight / size[Math.floor(i / sides.planes)],
      );
      const mean = filtered(g, sides, downBack, acrossBack);
      return g.map((value, i) => (value - mean[i]) / full);
    },
  };
}

/** How far pixels are from their surroundings, and what that is divided by, one number a pixel. */
interface Parted {
  readonly apart: Float64Array;
  readonly size: Float64Array;
}

function partedBy(
  image: Values,
  sides: Sides,
  full: number,
  floor: number,
  down: Matrix,
  across: Matrix,
): Parted {
  const { planes } = sides;
  const apart = Float64Array.from(image, (value) => value / full);
  const mean = filtered(apart, sides, down, across);
  for (let i = 0; i < apart.length; i++) {
    apart[i] -= mean[i];
    if (Math.abs(apart[i]) < ROUNDING) apart[i] = 0;
  }
  const squares = new Float64Array(apart.length / planes);
  for (let i = 0; i < apart.length; i++) squares[Math.floor(i / planes)] += apart[i] ** 2 / planes;
  const variance = filtered(squares, { ...sides, planes: 1 }, down, across);
  return { apart, size: variance.map((value) => Math.sqrt(value + floor)) };
}

/** What averages along one axis, each row of sum 1. */
function weightsOf(side: number, sigma: number): Matrix {
  const bell = (row: number, column: number) => Math.exp(-0.5 * ((row - column) / sigma) ** 2);
  const sums = Float64Array.from({ length: side }, (_, row) => {
    let sum = 0;
    for (let column = 0; column < side; column++) sum += bell(row, column);
    return sum;
  });
  return matrixOf(side, (row, column) => f32(bell(row, column) / sums[row]));
}
