/** Model files made by hand. */

type Numbers = Float32Array | Float64Array | Uint8Array;
export type Tensors = Record<string, { shape: number[]; values: Numbers }>;

const KINDS = new Map<unknown, string>([
  [Float32Array, 'F32'],
  [Float64Array, 'F64'],
  [Uint8Array, 'U8'],
]);

/** The bytes of a model file of a document and tensors, the wide ones given first. */
export function packed(document: object, tensors: Tensors, version = '1'): ArrayBuffer {
  const header: Record<string, unknown> = {
    __metadata__: { format: 'linocut', version, document: JSON.stringify(document), sha256: '' },
  };
  let at = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const data_offsets = [at, (at += values.byteLength)];
    header[name] = { dtype: KINDS.get(values.constructor), shape, data_offsets };
  }
  const head = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(head.length / 8) * 8;
  const bytes = new Uint8Array(start + at).fill(0x20, 0, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(head, 8);
  at = start;
  for (const { values } of Object.values(tensors)) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes.buffer;
}

/** A document of two classes of images of a shape, and what the steps in it are. */
export function documentOf(shape: [number, number], steps: object[] = [], colour = false): object {
  return {
    classes: { names: ['low', 'high'], integers: false },
    intake: { shape, ink: 'light-on-dark', resampling: 'area', box: null, white: 255, colour },
    linear: { name: 'linear', link: 'softmax', image_shape: null },
    temperature: 2,
    thresholds: false,
    provenance: { dataset: 'toy', chosen: { map: [['C', { number: 'inf' }]] } },
    steps,
  };
}

/** Weights, intercepts, and one blank test image whose scores are the intercepts. */
export function tensorsOf(weights: number[][], intercepts: number[], pixels: number): Tensors {
  return {
    coef: { shape: [weights.length, weights[0].length], values: Float32Array.from(weights.flat()) },
    intercept: { shape: [intercepts.length], values: Float32Array.from(intercepts) },
    'parity.scores': { shape: [1, intercepts.length], values: Float32Array.from(intercepts) },
    'parity.inputs': { shape: [1, pixels], values: new Uint8Array(pixels) },
  };
}
