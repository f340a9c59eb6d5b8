import type { Packed } from './document.ts';

/** Numbers as src/linocut/report/document.py packs them. */
export function bytes(values: readonly number[]): Packed {
  return { dtype: 'uint8', shape: [values.length], data: btoa(String.fromCharCode(...values)) };
}

export function words(values: readonly number[]): Packed {
  const packed = bytes(values.flatMap((value) => [value & 255, value >> 8]));
  return { ...packed, dtype: 'uint16', shape: [values.length] };
}

export function ints(values: readonly number[]): Packed {
  const packed = bytes([...new Uint8Array(Int32Array.from(values).buffer)]);
  return { ...packed, dtype: 'int32', shape: [values.length] };
}

export function floats(values: readonly number[]): Packed {
  const packed = bytes([...new Uint8Array(Float32Array.from(values).buffer)]);
  return { ...packed, dtype: 'float32', shape: [values.length] };
}
