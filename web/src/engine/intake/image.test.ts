import { expect, test } from 'vitest';
import { sortedBorder } from './image.ts';

test('a border holds each of its pixels once, and a single row twice', () => {
  const values = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8);
  expect([...sortedBorder({ values, height: 3, width: 3 })]).toEqual([0, 1, 2, 3, 5, 6, 7, 8]);
  expect([...sortedBorder({ values, height: 1, width: 2 })]).toEqual([0, 0, 1, 1]);
});
