import { expect, test } from 'vitest';
import type { TemplateOrigins } from '../lib/document.ts';
import { floats, ints } from '../lib/packed.fixture.ts';
import { firstAdded } from './growing.ts';

// two classes, three images on either side of each; the second has only one image of its own
const training = {
  largest: { ...ints([0, 1, 2, 3, 4, 5, 5, -1, -1, 0, 1, 2]), shape: [2, 2, 3] },
  coefficients: floats([0.5, 0.25, 0.125, -0.75, -0.25, -0.125, 0.5, 0, 0, -1, -0.5, -0.25]),
  rows: ints([10, 11, 12, 13, 9, 15]),
} as unknown as TemplateOrigins;

test('images of either side are added by the size of their coefficients, ties by their rows', () => {
  expect(firstAdded(training, 0)).toEqual([
    { tile: 3, coefficient: -0.75 },
    { tile: 0, coefficient: 0.5 },
    { tile: 4, coefficient: -0.25 },
  ]);
});

test('places that hold no image are left out', () => {
  expect(firstAdded(training, 1).map(({ tile }) => tile)).toEqual([0, 1, 5]);
});
