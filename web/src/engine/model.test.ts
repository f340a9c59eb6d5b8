import { expect, test } from 'vitest';
import { ModelError, readModel } from './model.ts';
import { parityError } from './parity.ts';
import { documentOf, packed, tensorsOf } from './toy.fixture.ts';

const weights = [
  [1, 0, 2, -1],
  [0, 3, 0, 1],
];
const tensors = tensorsOf(weights, [0.5, 1], 4);
const model = readModel(packed(documentOf([2, 2]), tensors));

test('a file tells what it is a model of', () => {
  expect(model).toMatchObject({ names: ['low', 'high'], height: 2, width: 2, planes: 1 });
  expect(model.intake).toMatchObject({ box: null, binarise: false, colour: false });
  expect(model.provenance).toMatchObject({ dataset: 'toy', chosen: { C: Infinity } });
  expect(model.unit).toBe('log of the probability ratio');
  expect(model.account.sentence).toBe('Exact: every pixel adds its weight times its ink.');
});

test('scores are weighted sums of bytes, and probabilities divide them by the temperature', () => {
  const run = model.run(Uint8Array.of(1, 2, 3, 0));
  expect([...run.scores]).toEqual([7.5, 7]);
  expect(run.probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(-0.5 / 2)), 12);
});

test('evidence is weight times ink, and what is left is the blank page', () => {
  const { pixels, blank, margin } = model.run(Uint8Array.of(1, 2, 3, 0)).evidence(0, 1);
  expect([...pixels]).toEqual([1, -6, 6, 0]);
  expect([blank, margin]).toEqual([-0.5, 0.5]);
  expect([...model.run(Uint8Array.of(1, 2, 3, 0)).evidence(1, null).pixels]).toEqual([
    -0.5, 3, -3, 0,
  ]);
});

test('evidence of colours is told by pixel and by plane', () => {
  const file = packed(
    documentOf([1, 2], [], true),
    tensorsOf(
      [
        [1, 2, 3, 4, 5, 6],
        [0, 0, 0, 0, 0, 0],
      ],
      [0, 0],
      6,
    ),
  );
  const coloured = readModel(file);
  const { pixels, values } = coloured.run(Uint8Array.of(1, 1, 1, 2, 0, 0)).evidence(0, 1);
  expect([...pixels]).toEqual([6, 8]);
  expect([...(values ?? [])]).toEqual([1, 2, 3, 8, 0, 0]);
  expect(coloured.account.rest).toBe('black image');
});

test('an image of another size is refused', () => {
  expect(() => model.run(new Uint8Array(5))).toThrow('An image of 5 bytes');
});

test('scores of the file’s own images are compared with those in it', () => {
  expect(parityError(model)).toBe(0);
  const off = {
    ...tensors,
    'parity.scores': { shape: [1, 2], values: Float32Array.of(0.5, 1.25) },
  };
  expect(parityError(readModel(packed(documentOf([2, 2]), off)))).toBeCloseTo(1 / 3, 6);
});

test('files of other models, and steps that are not known, are refused by name', () => {
  expect(() => readModel(packed({ ...documentOf([2, 2]), lines: {} }, tensors))).toThrow('strings');
  expect(() => readModel(packed({ ...documentOf([2, 2]), rows: {} }, tensors))).toThrow('rows');
  const step = { name: 'a', kind: 'wizardry', parameters: {}, state: {} };
  expect(() => readModel(packed(documentOf([2, 2], [step]), tensors))).toThrow('“wizardry”');
  const wider = tensorsOf(weights, [0, 0], 6);
  expect(() => readModel(packed(documentOf([3, 2]), wider))).toThrow('6 features');
  expect(() => readModel(packed({}, tensors))).toThrow('names of classes');
});

test('thresholds and costs come along', () => {
  const document = { ...documentOf([2, 2]), thresholds: true };
  const thresholds = { shape: [2], values: Float64Array.of(0.5, 0.75) };
  expect(readModel(packed(document, { thresholds, ...tensors })).decisions).toEqual({
    thresholds: [0.5, 0.75],
    costs: null,
    rejected: 'rejected',
  });
  const costly = { ...documentOf([2, 2]), decisions: { costs: true, rejected: 'none' } };
  const costs = { shape: [2, 3], values: Float64Array.of(0, 1, 0.5, 5, 0, 0.25) };
  expect(readModel(packed(costly, { costs, ...tensors })).decisions).toEqual({
    thresholds: null,
    costs: [
      [0, 1, 0.5],
      [5, 0, 0.25],
    ],
    rejected: 'none',
  });
});

test('whatever a document says, a file is read or refused with a sentence', () => {
  const steps = [
    { name: 'deskew', kind: 'deskew', parameters: { max_shear: 1 }, state: {} },
    { name: 'pixels', kind: 'unit-pixels', parameters: { full: 255 }, state: {} },
    { name: 'views', kind: 'feature-union', views: [{ name: 'a', weight: 1, steps: [] }] },
  ];
  const values = [null, -1, 1e9, 'x', {}, [], [null], { tuple: [2, 2] }, true];
  for (const count of [0, 1, 2, 3])
    for (const broken of allBroken(documentOf([2, 2], steps.slice(0, count)), values)) {
      let told: unknown = null;
      try {
        readModel(packed(broken, tensors));
      } catch (error) {
        told = error;
      }
      if (told !== null) expect(told).toBeInstanceOf(ModelError);
    }
});

/** A document with each of its parts in turn replaced by each value. */
function* allBroken(part: object, values: readonly unknown[]): Generator<object> {
  for (const [key, inner] of Object.entries(part)) {
    const put = (value: unknown): object =>
      Array.isArray(part) ? part.with(Number(key), value) : { ...part, [key]: value };
    for (const value of values) yield put(value);
    if (typeof inner === 'object' && inner !== null)
      for (const broken of allBroken(inner as object, values)) yield put(broken);
  }
}
