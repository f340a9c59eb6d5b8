import type { Given } from '../given.ts';
import { elementwise } from './elementwise.ts';
import type { Step } from './step.ts';

/** Pixels divided by full ink, in one row. */
export function unitPixels(given: Given): Step {
  const { size } = given;
  const full = given.number('full', 255);
  return elementwise([size], new Float64Array(size).fill(1 / full), new Float64Array(size));
}
