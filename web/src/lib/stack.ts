/** Weights and means: one image of numbers for each class, inflated when first asked for. */

import type { Stack } from './document.ts';
import { bytesOf, unpack } from './unpack.ts';

/** The numbers of all classes; `plane` takes one class out of them. */
export interface Planes {
  readonly values: Float32Array;
  /** numbers of one class */
  readonly size: number;
}

const inflated = new WeakMap<Stack, Promise<Planes>>();
const centred = new WeakMap<Stack, Promise<Planes>>();

/** The numbers of a stack; inflated once, off the main thread. */
export function planesOf(stack: Stack): Promise<Planes> {
  return kept(inflated, stack, () => inflate(stack));
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
  const stream = new Blob([bytesOf(stack.data)])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'));
  const apart = new Uint8Array(await new Response(stream).arrayBuffer());
  const [classes, height, width] = stack.shape;
  const size = height * width;
  const values = join(stack.dtype, apart);
  if (values.length !== classes * size)
    throw new Error(`${values.length} numbers do not fill the shape ${stack.shape.join(' × ')}`);
  if (stack.steps === null) return { values: Float32Array.from(values), size };
  const steps = unpack(stack.steps);
  return {
    values: Float32Array.from(values, (whole, i) => whole * steps[Math.floor(i / size)]),
    size,
  };
}

// First bytes of all numbers, then their second bytes, …: put together again.
function join(
  dtype: Stack['dtype'],
  apart: Uint8Array<ArrayBuffer>,
): Int8Array | Int16Array | Float32Array {
  if (dtype === 'int8') return new Int8Array(apart.buffer);
  const bytes = dtype === 'int16' ? 2 : 4;
  const count = Math.floor(apart.length / bytes);
  const together = new Uint8Array(bytes * count);
  for (let byte = 0; byte < bytes; byte++)
    for (let i = 0; i < count; i++) together[bytes * i + byte] = apart[byte * count + i];
  return dtype === 'int16' ? new Int16Array(together.buffer) : new Float32Array(together.buffer);
}

function centre({ values, size }: Planes): Planes {
  const classes = values.length / size;
  const mean = new Float64Array(size);
  for (let i = 0; i < values.length; i++) mean[i % size] += values[i] / classes;
  return { values: values.map((value, i) => value - mean[i % size]), size };
}
