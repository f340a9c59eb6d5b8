import { plane, type Planes } from '../lib/stack.ts';

/**
 * How alike two templates are: the cosine of the angle between them, each less the average of all
 * classes, which tells none of them apart. 1 is the same, −1 the opposite.
 */
export function likeness(centred: Planes, a: number, b: number): number {
  return cosine(plane(centred, a), plane(centred, b));
}

/** The cosine of the angle between two images of numbers; 0 where one of them is empty. */
export function cosine(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let [product, first, second] = [0, 0, 0];
  for (let i = 0; i < one.length; i++) {
    product += one[i] * other[i];
    first += one[i] ** 2;
    second += other[i] ** 2;
  }
  return first > 0 && second > 0 ? product / Math.sqrt(first * second) : 0;
}
