import { expect, test } from 'vitest';
import { runningSum } from './running.ts';

test('either order ends at the same sum', () => {
  const pixels = [0.5, -2, 0, 1];
  const bySize = runningSum(pixels, 3, 'size');
  expect(bySize.order).toEqual([1, 3, 0, 2]);
  expect(bySize.sums).toEqual([3, 1, 2, 2.5, 2.5]);
  const byRows = runningSum(pixels, 3, 'rows');
  expect(byRows.order).toEqual([0, 1, 2, 3]);
  expect(byRows.sums).toEqual([3, 3.5, 1.5, 1.5, 2.5]);
});
