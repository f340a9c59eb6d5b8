import type { Packed } from './document.ts';

export type Numbers = Uint8Array | Uint16Array | Int32Array | Float32Array;

const unpacked = new WeakMap<Packed, Numbers>();

/** The numbers of a packed array, flat and row-major; decoded once. */
export function unpack(packed: Packed): Numbers {
  let numbers = unpacked.get(packed);
  if (!numbers) {
    numbers = decode(packed);
    unpacked.set(packed, numbers);
  }
  return numbers;
}

function decode({ dtype, shape, data }: Packed): Numbers {
  const bytes = bytesOf(data);
  const size = shape.reduce((product, side) => product * side, 1);
  const numbers = view(dtype, bytes);
  if (numbers.length !== size)
    throw new Error(`${numbers.length} numbers do not fill the shape ${shape.join(' × ')}`);
  return numbers;
}

/** The bytes that base64 stands for. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

// Typed arrays read in the machine's byte order; every browser today runs little-endian, as packed.
function view(dtype: Packed['dtype'], bytes: Uint8Array<ArrayBuffer>): Numbers {
  switch (dtype) {
    case 'uint8':
      return bytes;
    case 'uint16':
      return new Uint16Array(bytes.buffer);
    case 'int32':
      return new Int32Array(bytes.buffer);
    case 'float32':
      return new Float32Array(bytes.buffer);
  }
}
