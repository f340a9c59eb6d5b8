/**
 * The outer form of a model file: a safetensors file with one JSON document. It is the length of a
 * header (8 bytes, little endian), the header as JSON, and the numbers of all tensors, one after
 * the other; see src/linocut/modelfile/container.py.
 */

import { ModelError, demand } from './error.ts';

const VERSION = 1;
const FORMAT = 'linocut';
const LARGEST_HEADER = 4 * 2 ** 20; // bytes
const KINDS = { F32: Float32Array, F64: Float64Array, U8: Uint8Array };
const FOREIGN =
  'This is no model file of linocut — open one that ImageClassifier.save or linocut wrote.';

/** Numbers with the lengths of their sides. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Uint8Array;
}

/** What stands in a model file. */
export interface Contents {
  readonly document: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

interface Entry {
  dtype: keyof typeof KINDS;
  shape: number[];
  data_offsets: [number, number];
}

/** The JSON document and the tensors of a model file, or a `ModelError`. */
export function unpack(bytes: ArrayBuffer): Contents {
  const { header, start } = headerOf(bytes);
  const metadata = header.__metadata__;
  demand(isObject(metadata) && metadata.format === FORMAT, FOREIGN);
  checkVersion(metadata.version);
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  const tensors = new Map<string, Tensor>();
  checkLength(
    entries.map(([, entry]) => entry),
    bytes.byteLength - start,
  );
  for (const [name, entry] of entries) tensors.set(name, tensorOf(name, entry, bytes, start));
  const document = typeof metadata.document === 'string' && parsed(metadata.document);
  demand(isObject(document), 'This model file is damaged: its document is no object.');
  return { document, tensors };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function headerOf(bytes: ArrayBuffer): { header: Record<string, unknown>; start: number } {
  const all = new Uint8Array(bytes);
  demand(all.length > 8 && all[8] === '{'.charCodeAt(0), FOREIGN);
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  demand(
    length <= all.length - 8,
    `This model file is cut off: its header has ${length} bytes, of which ${all.length - 8} are there.`,
  );
  demand(length <= LARGEST_HEADER, `This model file is damaged: its header has ${length} bytes.`);
  const header = parsed(new TextDecoder().decode(all.subarray(8, 8 + length)));
  demand(isObject(header), 'This model file is damaged: its header is no object.');
  return { header, start: 8 + length };
}

function checkVersion(version: unknown): void {
  demand(
    typeof version === 'string' && /^[1-9]\d{0,8}$/.test(version),
    'This model file is damaged: it names no format version.',
  );
  demand(
    Number(version) <= VERSION,
    `This model file was written by a newer linocut (format ${version}; here format ${VERSION} is read) — update linocut.`,
  );
}

/** Tell a truncated file, the most usual damage, by its name. */
function checkLength(entries: readonly unknown[], length: number): void {
  let end = 0;
  for (const entry of entries) {
    demand(isEntry(entry), 'This model file is damaged: its header describes a tensor wrongly.');
    end = Math.max(end, entry.data_offsets[1]);
  }
  demand(
    end <= length,
    `This model file is cut off: ${end - length} bytes are missing at its end.`,
  );
  demand(
    end === length,
    `This model file is damaged: there are ${length - end} bytes too many at its end.`,
  );
}

function isEntry(entry: unknown): entry is Entry {
  if (!isObject(entry)) return false;
  const { dtype, shape, data_offsets: offsets } = entry;
  const whole = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
  return (
    typeof dtype === 'string' &&
    Object.hasOwn(KINDS, dtype) &&
    Array.isArray(shape) &&
    shape.every(whole) &&
    Array.isArray(offsets) &&
    offsets.length === 2 &&
    offsets.every(whole)
  );
}

function tensorOf(name: string, entry: unknown, bytes: ArrayBuffer, start: number): Tensor {
  const { dtype, shape, data_offsets } = entry as Entry;
  const [from, to] = data_offsets;
  const Numbers = KINDS[dtype];
  const count = shape.reduce((product, side) => product * side, 1);
  demand(
    to - from === count * Numbers.BYTES_PER_ELEMENT,
    `This model file is damaged: its tensor ${name} does not have the bytes of ${shape.join(' × ')} numbers.`,
  );
  // Typed arrays must begin at a multiple of their width, which a foreign writer need not keep to.
  const aligned = (start + from) % Numbers.BYTES_PER_ELEMENT === 0;
  const values = aligned
    ? new Numbers(bytes, start + from, count)
    : new Numbers(bytes.slice(start + from, start + to));
  demand(
    values.every(Number.isFinite),
    `This model file is damaged: its tensor ${name} holds values that are no finite numbers.`,
  );
  return { shape, values };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ModelError('This model file is damaged: its JSON cannot be read.');
  }
}
