import { expect, test } from 'vitest';
import { readModel } from '../../engine/model.ts';
import { documentOf, packed, tensorsOf } from '../../engine/toy.fixture.ts';
import { UNTOUCHED } from '../address.ts';
import { encoded } from '../drawing/code.ts';
import { bytesOf, choiceOf, traitsOf, type Kernel } from './exchange.ts';

// the second class wants ink in the second of two pixels
const model = readModel(
  packed(
    documentOf([1, 2]),
    tensorsOf(
      [
        [9, 0],
        [0, 9],
      ],
      [0, 0],
      2,
    ),
  ),
);
const drawn = (...bytes: number[]) => ({ ...UNTOUCHED, drawing: encoded(Uint8Array.from(bytes)) });

const kernelWith = (image: unknown) => ({ get: () => image }) as unknown as Kernel;

test('Python is told the image, the class and the probabilities by name', () => {
  const { image, prediction, probabilities } = traitsOf(model, drawn(0, 255));
  expect([...bytesOf(image)]).toEqual([0, 255]);
  expect(prediction).toBe('high');
  expect(probabilities.high).toBeGreaterThan(0.5);
  expect(probabilities.low + probabilities.high).toBeCloseTo(1);
});

test('a drawing that was moved is told as the model is given it', () => {
  const move = { right: 1, down: 0, degrees: 0 };
  const told = traitsOf(model, { ...drawn(255, 0), move });
  expect([...bytesOf(told.image)]).toEqual([0, 255]);
  expect(told.prediction).toBe('high');
});

test('a blank page is of no class', () => {
  const { image, prediction, probabilities } = traitsOf(model, UNTOUCHED);
  expect([...bytesOf(image)]).toEqual([0, 0]);
  expect(prediction).toBe('');
  expect(probabilities).toEqual({});
});

test('what Python sets is a drawing to begin from, and blank images are none', () => {
  const view = (...bytes: number[]) => new DataView(Uint8Array.from(bytes).buffer);
  expect(choiceOf(kernelWith(view(7, 0)))).toEqual(drawn(7, 0));
  expect(choiceOf(kernelWith(view(0, 0)))).toEqual(UNTOUCHED);
  expect(choiceOf(kernelWith(undefined))).toEqual(UNTOUCHED);
});
