/** Compressed numbers: zlib's stream of all first bytes, then all second bytes, and so on. */

import type { Deflated } from './document.ts';
import { bytesOf } from './unpack.ts';

const KINDS = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
};

type Kind = keyof typeof KINDS;
export type Inflated = InstanceType<(typeof KINDS)[Kind]>;

/** The numbers of zlib's stream in base64, inflated off the main thread. */
export async function inflated(dtype: Kind, data: string): Promise<Inflated> {
  const stream = new Blob([bytesOf(data)]).stream().pipeThrough(new DecompressionStream('deflate'));
  const apart = new Uint8Array(await new Response(stream).arrayBuffer());
  const Numbers = KINDS[dtype];
  const bytes = Numbers.BYTES_PER_ELEMENT;
  if (bytes === 1) return new Numbers(apart.buffer);
  const count = Math.floor(apart.length / bytes);
  const together = new Uint8Array(bytes * count);
  for (let byte = 0; byte < bytes; byte++)
    for (let i = 0; i < count; i++) together[bytes * i + byte] = apart[byte * count + i];
  return new Numbers(together.buffer);
}

const rows = new WeakMap<Deflated, Promise<Inflated>>();

/** The numbers of a compressed row; inflated once. */
export function rowOf(row: Deflated): Promise<Inflated> {
  let numbers = rows.get(row);
  if (!numbers) rows.set(row, (numbers = inflated(row.dtype, row.data)));
  return numbers;
}
