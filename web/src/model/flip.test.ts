import { expect, test } from 'vitest';
import { scoresOf } from './evidence.ts';
import { changed, smallestFlip } from './flip.ts';
import { toy, toyImage } from './toy.fixture.ts';

const { ink } = toyImage;

// What linocut.explain.smallest_flip finds with within=(0, 1).
const FOUND = {
  0: {
    distance: 1.1555152987950816,
    margin: 6.375,
    change: [
      0.1570841889, -0.3665297741, 0, 0.1047227926, -0.4188911704, 0, 0.7330595483, 0.4188911704, 0,
      0, -0.523613963, -0.0523613963,
    ],
  },
  2: {
    distance: 0.6642909157509831,
    margin: 4.375,
    change: [
      0, -0.0252161383, 0.1765129683, 0.1765129683, -0.226945245, 0, 0.3025936599, 0.3782420749,
      0.15129683, 0, -0.2521613833, 0.075648415,
    ],
  },
} as const;

test.each([0, 2] as const)('the flip to rival %i is the one that Python finds', (rival) => {
  const flip = smallestFlip(toy, ink, 1, rival);
  expect(flip?.distance).toBeCloseTo(FOUND[rival].distance, 9);
  expect(flip?.margin).toBeCloseTo(FOUND[rival].margin, 9);
  FOUND[rival].change.forEach((value, i) => {
    expect(flip?.change[i]).toBeCloseTo(value, 9);
  });
});

test('the nearest rival is found without being named', () => {
  expect(smallestFlip(toy, ink, 1, null)?.rival).toBe(2);
});

test('at the whole change both score the same; a little more flips', () => {
  const flip = smallestFlip(toy, ink, 1, 2);
  if (!flip) throw new Error('there is one');
  const level = scoresOf(toy, changed(ink, flip.change, 1));
  expect(level[1]).toBeCloseTo(level[2], 9);
  const before = scoresOf(toy, changed(ink, flip.change, 0.98));
  expect(before[1]).toBeGreaterThan(before[2]);
  const after = scoresOf(toy, changed(ink, flip.change, 1.02));
  expect(after[2]).toBeGreaterThan(after[1]);
});

test('where no image is classified otherwise there is no flip', () => {
  const sure = { ...toy, intercepts: Float32Array.of(0, 100, 0) };
  expect(smallestFlip(sure, ink, 1, null)).toBeNull();
});
