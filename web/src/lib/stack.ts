/** Weights and means: one image of numbers for each class, inflated when first asked for. */

import type { Stack } from './document.ts';
import { inflated } from './inflate.ts';
import { unpack } from './unpack.ts';

/** The numbers of all classes; `plane` takes one class out of them. */
export interface Planes {
  readonly values: Float32Array;
  /** numbers of one class */
  readonly size: number;
}

const held = new WeakMap<Stack, Promise<Planes>>();
const centred = new WeakMap<Stack, Promise<Planes>>();

/** The numbers of a stack; inflated once, off the main thread. */
export function planesOf(stack: Stack): Promise<Planes> {
  return kept(held, stack, () => inflate(stack));
}

/** The numbers of a stack less their average over the classes. */
export function centredPlanesOf(stack: Stack): Promise<Planes> {
  return kept(centred, stack, async () => centre(await planesOf(stack)));
}

/** The numbers of class `k`, row by row. */
export function plane({ values, size }: Planes, k: number): Float32Array {
  return values.subarray(k * size, (k + 1) * size);
}

function kept(
  all: WeakMap<Stack, Promise<Planes>>,
  stack: Stack,
  make: () => Promise<Planes>,
): Promise<Planes> {
  let planes = all.get(stack);
  if (!planes) all.set(stack, (planes = make()));
  return planes;
}

async function inflate(stack: Stack): Promise<Planes> {
  const values = await inflated(stack.dtype, stack.data);
  const [classes, height, width] = stack.shape;
  const size = height * width;
  if (values.length !== classes * size)
    throw new Error(`${values.length} numbers do not fill the shape ${stack.shape.join(' × ')}`);
  if (stack.steps === null) return { values: Float32Array.from(values), size };
  const steps = unpack(stack.steps);
  return {
    values: Float32Array.from(values, (whole, i) => whole * steps[Math.floor(i / size)]),
    size,
  };
}

function centre({ values, size }: Planes): Planes {
  const classes = values.length / size;
  const mean = new Float64Array(size);
  for (let i = 0; i < values.length; i++) mean[i % size] += values[i] / classes;
  return { values: values.map((value, i) => value - mean[i % size]), size };
}
