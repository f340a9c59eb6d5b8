import { expect, test } from 'vitest';
import { EMPTY, fitting, isAnchor, readAddress, writeAddress, type Address } from './address.ts';
import { UNFILTERED } from './filters.ts';

const FULL: Address = {
  section: 'confusion',
  model: 'softmax',
  with: 'nearest-mean',
  cell: { truth: 9, predicted: 4 },
  image: 1790,
  example: 157,
  template: { name: 'least-squares', label: 3 },
  trust: 'labels',
  accept: 0.95,
  detect: { label: 4, threshold: 0.5 },
  filters: {
    kind: 'all',
    truth: 0,
    predicted: 7,
    from: 0.25,
    to: 0.9,
    disagree: 'any',
    name: 'a b/ü&=,+%.png',
  },
  draw: 'drawing=AP8_-w&class=7&move=1,0,-3',
};

test('the page as it opens has no address', () => {
  expect(writeAddress(EMPTY)).toBe('');
  expect(readAddress('')).toEqual(EMPTY);
  expect(readAddress('#')).toEqual(EMPTY);
});

test('an address says what is chosen', () => {
  const chosen = { ...EMPTY, model: 'softmax', cell: { truth: 9, predicted: 4 }, image: 1790 };
  expect(writeAddress(chosen)).toBe('#model=softmax&cell=9,4&image=1790');
});

test('what is written is read again', () => {
  expect(readAddress(writeAddress(FULL))).toEqual(FULL);
});

test.each(Object.keys(FULL).filter((key) => key !== 'filters'))('%s stands alone', (key) => {
  const alone = { ...EMPTY, [key]: FULL[key as keyof Address] };
  expect(readAddress(writeAddress(alone))).toEqual(alone);
});

test.each(Object.keys(FULL.filters))('the filter %s stands alone', (key) => {
  const filters = { ...UNFILTERED, [key]: FULL.filters[key as keyof typeof UNFILTERED] };
  expect(readAddress(writeAddress({ ...EMPTY, filters }))).toEqual({ ...EMPTY, filters });
});

test('a plain anchor names a section', () => {
  expect(isAnchor('#templates')).toBe(true);
  expect(readAddress('#templates')).toEqual({ ...EMPTY, section: 'templates' });
  expect(writeAddress({ ...EMPTY, section: 'templates' })).toBe('#templates');
  expect(isAnchor('#model=softmax')).toBe(false);
  expect(isAnchor('')).toBe(false);
});

test.each([
  '#cell=9',
  '#cell=9,4,2',
  '#cell=a,b',
  '#cell=-1,4',
  '#image=',
  '#image=1.5',
  '#image=99999999999999',
  '#template=softmax',
  '#template=,3',
  '#accept=2',
  '#accept=',
  '#detect=3',
  '#detect=3,1.2',
  '#detect=x,0.5',
  '#show=everything',
  '#confidence=0.9,0.1',
  '#confidence=0,2',
  '#confidence=1',
  '#true=x',
  '#=&&=',
  '#unknown=1',
  '#model=&with=',
])('the malformed address %s is ignored', (hash) => {
  expect(readAddress(hash)).toEqual(EMPTY);
});

test('a broken escape does not fail', () => {
  expect(readAddress('#model=%E0%A4%A').model).not.toBeNull();
});

test('what the report does not hold is dropped', () => {
  const held = {
    rungs: ['softmax', 'nearest-mean'],
    classes: 10,
    templates: ['least-squares'],
    hasRow: (row: number) => [1790, 157].includes(row),
  };
  expect(fitting(FULL, held)).toEqual(FULL);
  expect(fitting({ ...FULL, model: 'lenet' }, held).model).toBeNull();
  expect(fitting({ ...FULL, with: 'lenet' }, held).with).toBeNull();
  expect(fitting({ ...FULL, image: 7 }, held).image).toBeNull();
  expect(fitting({ ...FULL, example: 7 }, held).example).toBeNull();
  const nine = { ...held, classes: 9 };
  expect(fitting({ ...FULL, detect: { label: 10, threshold: 0.5 } }, held).detect).toBeNull();
  expect(fitting(FULL, nine).cell).toBeNull();
  expect(fitting({ ...FULL, template: { name: 'lenet', label: 0 } }, held).template).toBeNull();
  const filters = { ...FULL.filters, truth: 12, disagree: 'lenet' };
  expect(fitting({ ...FULL, filters }, held).filters).toEqual({
    ...FULL.filters,
    truth: null,
    disagree: null,
  });
});
