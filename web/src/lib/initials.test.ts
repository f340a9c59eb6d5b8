import { expect, test } from 'vitest';
import { ems, initials } from './initials.ts';

test('short names stay whole', () => {
  expect(initials(['0', '1', '10'], 2)).toEqual(['0', '1', '10']);
});

test('long names become what tells them apart', () => {
  expect(initials(['Trouser', 'Dress', 'Bag'], 3)).toEqual(['T', 'D', 'B']);
  expect(initials(['Shirt', 'Sneaker', 'Sandal'], 2)).toEqual(['Sh', 'Sn', 'Sa']);
});

test('what no few letters tell apart is lettered', () => {
  expect(initials(['class 1', 'class 2'], 3)).toEqual(['A', 'B']);
});

test('a letter with its marks is one', () => {
  expect(initials(['ನೀರು', 'ಮರ'], 2)).toEqual(['ನೀರು', 'ಮರ']);
});

test('letters of wide scripts take more room', () => {
  expect(ems('班')).toBeGreaterThan(ems('b'));
});
