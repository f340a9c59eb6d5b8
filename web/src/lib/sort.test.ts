import { expect, test } from 'vitest';
import { sortedBy } from './sort.ts';

const rows = [
  { name: 'b', value: 2 },
  { name: 'a', value: 10 },
  { name: 'c', value: 2 },
];

test('numbers are sorted as numbers, ties in their order', () => {
  const names = (direction: 'ascending' | 'descending') =>
    sortedBy(rows, (row) => row.value, direction).map((row) => row.name);
  expect(names('ascending')).toEqual(['b', 'c', 'a']);
  expect(names('descending')).toEqual(['a', 'b', 'c']);
});

test('names are sorted as people do', () => {
  expect(sortedBy(['10', '9', '1'], (name) => name, 'ascending')).toEqual(['1', '9', '10']);
});

test('what is not a number comes last either way', () => {
  expect(sortedBy([NaN, 1, 2], (x) => x, 'ascending')).toEqual([1, 2, NaN]);
  expect(sortedBy([NaN, 1, 2], (x) => x, 'descending')).toEqual([2, 1, NaN]);
});

test('the given rows stay as they are', () => {
  const given = [3, 1, 2];
  sortedBy(given, (x) => x, 'ascending');
  expect(given).toEqual([3, 1, 2]);
});
