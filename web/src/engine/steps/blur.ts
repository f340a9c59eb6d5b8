import type { Given } from '../given.ts';
import { filtered, matrixOf, type Matrix } from '../images/filter.ts';
import type { Step } from './step.ts';

const LARGEST = 4096; // standard deviation, pixels
const REACH = 4; // standard deviations, as far as SciPy's Gaussian goes

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
  const radius = Math.floor(REACH * sigma + 0.5);
  const at = (distance: number) => Math.exp((-0.5 / (sigma * sigma)) * distance * distance);
  let sum = 0;
  for (let distance = -radius; distance <= radius; distance++) sum += at(distance);
  return matrixOf(side, (row, column) => {
    const distance = row - column;
    return Math.abs(distance) <= radius ? at(distance) / sum : 0;
  });
}
