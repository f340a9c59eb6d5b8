import { expect, test } from 'vitest';
import type { Packed } from './document.ts';
import { bytesOf, unpack } from './unpack.ts';

function packed(dtype: Packed['dtype'], shape: number[], bytes: number[]): Packed {
  return { dtype, shape, data: btoa(String.fromCharCode(...bytes)) };
}

test('bytes come back as they were', () => {
  expect(Array.from(bytesOf('AAH/'))).toEqual([0, 1, 255]);
  expect(bytesOf('').length).toBe(0);
});

test('little-endian numbers of every kind are read', () => {
  expect(Array.from(unpack(packed('uint8', [3], [0, 1, 255])))).toEqual([0, 1, 255]);
  expect(Array.from(unpack(packed('uint16', [2], [1, 2, 255, 255])))).toEqual([513, 65535]);
  expect(Array.from(unpack(packed('int32', [2], [255, 255, 255, 255, 7, 0, 0, 0])))).toEqual([
    -1, 7,
  ]);
  expect(Array.from(unpack(packed('float32', [1], [0, 0, 192, 191])))).toEqual([-1.5]);
});

test('an array is decoded once', () => {
  const array = packed('uint8', [1], [7]);
  expect(unpack(array)).toBe(unpack(array));
});

test('numbers that do not fill the shape are refused', () => {
  expect(() => unpack(packed('uint8', [2, 2], [1, 2, 3]))).toThrow('do not fill the shape 2 × 2');
});
