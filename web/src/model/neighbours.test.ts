import { expect, test } from 'vitest';
import type { Neighbours } from '../lib/document.ts';
import { bytes, ints } from '../lib/packed.fixture.ts';
import { neighboursOf } from './neighbours.ts';

const shaped = (values: readonly number[], ...shape: number[]) => ({ ...ints(values), shape });

const held = {
  of: ints([31, 7]),
  labels: bytes([4, 9, 1]),
  rivals: bytes([9, 4]),
  nearest: shaped([0, 1, 2, 0], 2, 2),
  distances: shaped([3, 5, 2, 4], 2, 2),
  pulls: shaped([0, -1, 1, 2, 2, 1, 0, -1], 2, 2, 2),
  evidence: shaped([6, 0, -2, -1, 8, 7, -3, 0], 2, 2, 2),
} as unknown as Neighbours;

test('neighbours are found by the row of the test image, absent ones left out', () => {
  expect(neighboursOf(held, 7)).toEqual({
    rival: 4,
    nearest: [
      { tile: 2, label: 1, value: 2 },
      { tile: 0, label: 4, value: 4 },
    ],
    towards: [
      { tile: 2, label: 1, value: 8 },
      { tile: 1, label: 9, value: 7 },
    ],
    away: [{ tile: 0, label: 4, value: -3 }],
  });
  expect(neighboursOf(held, 31)?.towards).toEqual([{ tile: 0, label: 4, value: 6 }]);
});

test('of other images nothing is held', () => {
  expect(neighboursOf(held, 8)).toBeNull();
});
