import { expect, test } from 'vitest';
import {
  classMetrics,
  imagesIn,
  isMeasured,
  largestConfusions,
  Matrix,
  matrixOf,
  worstShare,
} from './confusion.ts';
import { countsOf } from './counts.fixture.ts';
import type { PartMetrics, RungPage, ShownImages } from './document.ts';
import { bytes, ints, words } from './packed.fixture.ts';

const shown = { labels: bytes([0, 1, 1, 0, 1, 1]) } as ShownImages;
const rung = {
  predicted: bytes([0, 0, 1, 1, 0, 1]),
  probability_predicted: words([60000, 40000, 50000, 65000, 65535, 30000]),
  mistakes: ints([4, 3, 1]),
} as RungPage;

const matrix = matrixOf({
  confusion: countsOf([
    [90, 2, 0],
    [5, 80, 5],
    [1, 0, 70],
  ]),
} as PartMetrics);

test('every cell is found, and what is not held is zero', () => {
  const found = [0, 1, 2].map((truth) => [0, 1, 2].map((k) => matrix.at(truth, k)));
  expect(found).toEqual([
    [90, 2, 0],
    [5, 80, 5],
    [1, 0, 70],
  ]);
  const visited: number[][] = [];
  matrix.each((...cell) => visited.push(cell));
  expect(visited).toHaveLength(7);
  expect(visited[1]).toEqual([0, 1, 2]);
});

test('shares are of the row, and an empty row has none', () => {
  const half = matrixOf({
    confusion: countsOf([
      [3, 1],
      [0, 0],
    ]),
  } as PartMetrics);
  expect([half.share(0, 0), half.share(0, 1), half.share(1, 1)]).toEqual([0.75, 0.25, 0]);
  expect(worstShare(half)).toBe(0.25);
});

test('the largest confusions leave out the diagonal and what never happened', () => {
  const found = largestConfusions(matrix, 3);
  expect(found.map(({ truth, predicted, count }) => [truth, predicted, count])).toEqual([
    [1, 0, 5],
    [1, 2, 5],
    [0, 1, 2],
  ]);
  expect(found[0].share).toBeCloseTo(5 / 90);
});

test('precision, recall and F1 come from the counts', () => {
  const [first, second] = classMetrics(matrix);
  expect(first.precision).toBeCloseTo(90 / 96);
  expect(first.recall).toBeCloseTo(90 / 92);
  expect(first.f1).toBeCloseTo((2 * 90) / (96 + 92));
  expect(second.support).toBe(90);
});

test('what is not defined is no number, rather than 0', () => {
  const counts = [
    [8, 2, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  const [, claimed, unknown] = classMetrics(
    matrixOf({ confusion: countsOf(counts) } as PartMetrics),
  );
  expect(claimed).toEqual({ precision: 0, recall: NaN, f1: 0, support: 0 });
  expect(unknown).toEqual({ precision: NaN, recall: NaN, f1: NaN, support: 0 });
});

test('a cell holds exactly its images: mistakes by certainty, right ones by doubt', () => {
  expect(imagesIn(shown, rung, 1, 0)).toEqual([4, 1]);
  expect(imagesIn(shown, rung, 1, 1)).toEqual([5, 2]);
  expect(imagesIn(shown, rung, 0, 1)).toEqual([3]);
});

test('a part without images was not measured', () => {
  expect(isMeasured({ confusion: countsOf([[0]]) } as PartMetrics)).toBe(false);
  expect(isMeasured({ confusion: countsOf([[1]]) } as PartMetrics)).toBe(true);
});

test('predictions are counted as the document counts them, those that are none left out', () => {
  const counted = Matrix.count([0, 1, 1, 0, 1, 1], [0, 1, 0, -1, 1, 2], 3);
  const found = [0, 1, 2].map((truth) => [0, 1, 2].map((k) => counted.at(truth, k)));
  expect(found).toEqual([
    [1, 0, 0],
    [1, 2, 1],
    [0, 0, 0],
  ]);
  expect([...counted.trueCounts]).toEqual([2, 4, 0]);
  expect([...counted.predictedCounts]).toEqual([2, 2, 1]);
});
