import { expect, test } from 'vitest';
import { smallestFlip } from './flip.ts';
import { readModel } from './model.ts';
import { documentOf, packed, tensorsOf } from './toy.fixture.ts';

const weights = [
  [0.01, 0.02, 0.03, 0],
  [0.03, 0, 0.01, 0.02],
];
const image = Uint8Array.of(10, 200, 100, 0);

test('the smallest flip of a linear model ends on the border between both classes', () => {
  const model = readModel(packed(documentOf([2, 2]), tensorsOf(weights, [0, 0], 4)));
  const run = model.run(image);
  const flip = smallestFlip(model, run, 1);
  expect(flip?.exact).toBe(true);
  const after = run.with(flip?.image ?? new Float64Array(4)).scores;
  expect(after[1] - after[0]).toBeGreaterThan(0);
  expect(after[1] - after[0]).toBeCloseTo(0, 5);
  // along the difference of weights: no pixel is at its bound but the last, which only grows
  const margin = run.scores[0] - run.scores[1];
  expect(flip?.distance).toBeCloseTo(margin / Math.hypot(0.02, 0.02, 0.02, 0.02), 3);
  expect(Math.min(...(flip?.image ?? [-1]))).toBeGreaterThanOrEqual(0);
});

test('the class that is said already needs no change', () => {
  const model = readModel(packed(documentOf([2, 2]), tensorsOf(weights, [0, 0], 4)));
  expect(smallestFlip(model, model.run(image), 0)?.distance).toBe(0);
});

test('what no image can make a model say is told', () => {
  const model = readModel(packed(documentOf([2, 2]), tensorsOf(weights, [0, -1000], 4)));
  expect(smallestFlip(model, model.run(image), 1)).toBeNull();
});

test('a class between two others must pass both', () => {
  const three = [[1], [0], [-1]];
  const document = {
    ...documentOf([1, 1]),
    classes: { names: ['dark', 'middle', 'light'], integers: false },
  };
  const model = readModel(packed(document, tensorsOf(three, [-200, -50, 0], 1)));
  const flip = smallestFlip(model, model.run(Uint8Array.of(255)), 1);
  expect(flip?.image[0]).toBeCloseTo(150, 3);
});

test('a model of products is followed to its border', () => {
  const step = {
    name: 'pairs',
    kind: 'polynomial-features',
    parameters: { degree: 2, interaction_only: false, include_bias: false },
    state: {},
  };
  const pixels = { name: 'pixels', kind: 'unit-pixels', parameters: { full: 255 }, state: {} };
  // the second class is said outside a circle of radius ½
  const circle = [
    [0, 0, 0, 0, 0],
    [0, 0, 1, 0, 1],
  ];
  const document = documentOf([1, 2], [pixels, step]);
  const model = readModel(packed(document, tensorsOf(circle, [0.25, 0], 2)));
  const run = model.run(Uint8Array.of(51, 51));
  const flip = smallestFlip(model, run, 1);
  expect(flip?.exact).toBe(false);
  expect(flip?.distance).toBeCloseTo(127.5 - Math.hypot(51, 51), 0);
});
