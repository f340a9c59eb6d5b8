import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Stack } from './document.ts';
import { floats as packed } from './packed.fixture.ts';
import { centredPlanesOf, plane, planesOf } from './stack.ts';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** As src/linocut/report/stacks.py writes it. */
function stack(
  dtype: Stack['dtype'],
  shape: Stack['shape'],
  numbers: Int8Array | Int16Array | Float32Array,
  steps: number[] | null,
): Stack {
  const bytes = new Uint8Array(numbers.buffer);
  const each = numbers.BYTES_PER_ELEMENT;
  const apart = bytes.map(
    (_, i) => bytes[(i % numbers.length) * each + Math.floor(i / numbers.length)],
  );
  return { dtype, shape, data: base64(deflateSync(apart)), steps: steps && packed(steps) };
}

const floats = stack('float32', [2, 1, 3], Float32Array.of(0.5, -2, 3e9, 1, 0, -1), null);

test('floats come back as they were', async () => {
  const planes = await planesOf(floats);
  expect(Array.from(plane(planes, 0))).toEqual([0.5, -2, 3e9]);
  expect(Array.from(plane(planes, 1))).toEqual([1, 0, -1]);
});

test('whole numbers are multiplied by the step of their class', async () => {
  const bytes = await planesOf(stack('int8', [2, 1, 2], Int8Array.of(-127, 4, 1, 2), [0.5, 2]));
  expect(Array.from(bytes.values)).toEqual([-63.5, 2, 2, 4]);
  const pairs = await planesOf(stack('int16', [1, 1, 3], Int16Array.of(-32767, 300, 1), [0.5]));
  expect(Array.from(pairs.values)).toEqual([-16383.5, 150, 0.5]);
});

test('centred planes add up to nothing', async () => {
  const planes = await centredPlanesOf(
    stack('float32', [2, 1, 2], Float32Array.of(1, 2, 3, 6), null),
  );
  expect(Array.from(planes.values)).toEqual([-1, -2, 1, 2]);
});

test('a stack is inflated once', () => {
  expect(planesOf(floats)).toBe(planesOf(floats));
});

test('numbers that do not fill the shape are refused', async () => {
  const short = stack('int8', [2, 2, 2], Int8Array.of(1, 2, 3), [1, 1]);
  await expect(planesOf(short)).rejects.toThrow('do not fill the shape 2 × 2 × 2');
});
