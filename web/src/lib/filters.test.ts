import { expect, test } from 'vitest';
import type { RungPage, ShownImages } from './document.ts';
import { ANY, UNFILTERED, passing, tally, type Filters } from './filters.ts';
import { bytes, ints, words } from './packed.fixture.ts';

const shown = {
  rows: ints([3, 14, 15, 92, 65, 35]),
  labels: bytes([0, 1, 1, 0, 1, 1]),
  names: null,
} as ShownImages;
const rung = {
  name: 'softmax',
  predicted: bytes([0, 0, 1, 1, 0, 1]),
  probability_predicted: words([60000, 40000, 50000, 65000, 65535, 30000]),
  mistakes: ints([4, 3, 1]),
} as RungPage;
const other = { name: 'mean', predicted: bytes([0, 0, 1, 0, 0, 1]) } as RungPage;
const third = { name: 'net', predicted: bytes([0, 0, 0, 1, 0, 1]) } as RungPage;

function found(change: Partial<Filters>): number[] {
  return passing(shown, rung, [rung, other, third], { ...UNFILTERED, ...change });
}

test('mistakes come as the document orders them', () => {
  expect(found({})).toEqual([4, 3, 1]);
});

test('what is correctly classified comes after, the least certain first', () => {
  expect(found({ kind: 'all' })).toEqual([4, 3, 1, 5, 2, 0]);
  expect(found({ kind: 'correct' })).toEqual([5, 2, 0]);
});

test('classes are filtered together', () => {
  expect(found({ kind: 'all', truth: 1 })).toEqual([4, 1, 5, 2]);
  expect(found({ kind: 'all', truth: 1, predicted: 0 })).toEqual([4, 1]);
});

test('a range of probabilities includes its bounds', () => {
  expect(found({ kind: 'all', from: 0.9 })).toEqual([4, 3, 0]);
  expect(found({ kind: 'all', to: 40000 / 65535 })).toEqual([1, 5]);
});

test('scores without probabilities pass every range', () => {
  const scores = { ...rung, probability_predicted: words([]) };
  expect(passing(shown, scores, [scores], { ...UNFILTERED, from: 0.9 })).toEqual([4, 3, 1]);
});

test('disagreement is with one model or with any', () => {
  expect(found({ kind: 'all', disagree: 'mean' })).toEqual([3]);
  expect(found({ kind: 'all', disagree: ANY })).toEqual([3, 2]);
  expect(found({ kind: 'all', disagree: 'softmax' })).toEqual([]);
});

test('a name is looked for, whatever its case', () => {
  expect(found({ kind: 'all', name: '92' })).toEqual([3]);
  const named = { ...shown, names: ['a.png', 'B.png', 'c.png', 'd.png', 'e/b.png', 'f.png'] };
  expect(passing(named, rung, [rung], { ...UNFILTERED, name: ' b.P' })).toEqual([4, 1]);
});

test('a tally counts the images of each class', () => {
  expect(tally([0, 1, 1, 2], [1, 2, 3], 4)).toEqual([0, 2, 1, 0]);
});
