import { expect, test } from 'vitest';
import { unpack } from './safetensors.ts';
import { packed } from './toy.fixture.ts';

const tensors = {
  wide: { shape: [2], values: Float64Array.of(1, 2) },
  narrow: { shape: [1, 3], values: Uint8Array.of(3, 4, 5) },
};
const file = packed({ a: 'é' }, tensors);

test('document and tensors come back as they were packed', () => {
  const { document, tensors: found } = unpack(file);
  expect(document).toEqual({ a: 'é' });
  expect(found.get('wide')).toEqual(tensors.wide);
  expect(found.get('narrow')).toEqual(tensors.narrow);
});

test('what is no model file is said to be none', () => {
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0).buffer;
  for (const bytes of [new ArrayBuffer(0), png])
    expect(() => unpack(bytes)).toThrow('no model file');
  const other = new TextDecoder().decode(file).replace('linocut', 'another');
  expect(() => unpack(new TextEncoder().encode(other).buffer)).toThrow('no model file');
});

test('a newer format is named', () => {
  expect(() => unpack(packed({}, tensors, '2'))).toThrow('newer linocut (format 2');
});

test('a truncated file says how much is missing', () => {
  expect(() => unpack(file.slice(0, -7))).toThrow('7 bytes are missing');
  expect(() => unpack(file.slice(0, 100))).toThrow('cut off');
});

test('damage is told apart from truncation', () => {
  const longer = new Uint8Array(file.byteLength + 3);
  longer.set(new Uint8Array(file));
  expect(() => unpack(longer.buffer)).toThrow('3 bytes too many');
  const nan = { x: { shape: [1], values: Float32Array.of(NaN) } };
  expect(() => unpack(packed({}, nan))).toThrow('tensor x holds values that are no finite numbers');
});
