import type { Given } from '../given.ts';
import { filtered, matrixOf, type Matrix } from '../images/filter.ts';
import { gaussian } from '../intake/filters.ts';
import type { Step } from './step.ts';

const LARGEST = 4096; // standard deviation, pixels

/** Each image blurred with a Gaussian; beyond the edge there is paper. */
export function blur(given: Given): Step {
  const { image, shape } = given;
  const sigma = given.number('sigma', 1);
  if (!(sigma > 0 && sigma <= LARGEST)) throw given.wrong('sigma');
  const [down, across] = [bell(image.height, sigma), bell(image.width, sigma)];
  return {
    shape,
    nature: 'affine',
    forward: (x) => filtered(x, image, down, across, Math.fround),
    // a symmetric kernel on blank surroundings is a symmetric matrix
    back: (_, weights) => filtered(weights, image, down, across),
  };
}

function bell(side: number, sigma: number): Matrix {
  const weights = gaussian(sigma);
  return matrixOf(side, (row, column) => weights.at(Math.abs(row - column)) ?? 0);
}
