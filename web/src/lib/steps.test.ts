import { describe, expect, it } from 'vitest';
import { countsOf } from './counts.fixture.ts';
import type { Packed, RungPage, ShownImages } from './document.ts';
import { changedConfusions, movesBetween } from './steps.ts';

function bytes(...values: number[]): Packed {
  return { dtype: 'uint8', shape: [values.length], data: btoa(String.fromCharCode(...values)) };
}

function rung(predicted: number[], confusion: number[][]): RungPage {
  return { predicted: bytes(...predicted), test: { confusion: countsOf(confusion) } } as RungPage;
}

const shown = { labels: bytes(0, 0, 1, 1, 2) } as unknown as ShownImages;
const before = rung(
  [0, 1, 1, 0, 0],
  [
    [4, 3, 0],
    [1, 5, 0],
    [2, 0, 4],
  ],
);
const after = rung(
  [0, 0, 2, 0, 1],
  [
    [7, 0, 0],
    [1, 4, 1],
    [1, 1, 4],
  ],
);

describe('movesBetween', () => {
  it('tells what the later rung alone classifies correctly from what it alone misclassifies', () => {
    expect(movesBetween(shown, before, after)).toEqual({ gained: [1], lost: [2] });
    expect(movesBetween(shown, after, before)).toEqual({ gained: [2], lost: [1] });
  });

  it('finds nothing between a rung and itself', () => {
    expect(movesBetween(shown, before, before)).toEqual({ gained: [], lost: [] });
  });
});

describe('changedConfusions', () => {
  it('lists mistakes by how much their number changes', () => {
    expect(changedConfusions(before, after, 2)).toEqual([
      { truth: 0, predicted: 1, before: 3, after: 0 },
      { truth: 1, predicted: 2, before: 0, after: 1 },
    ]);
    expect(changedConfusions(before, after, 9)).toHaveLength(4);
  });
});
