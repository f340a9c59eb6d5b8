import { expect, test } from 'vitest';
import * as format from './format.ts';

/** With ordinary spaces, to be readable here. */
const plain = (text: string) => text.replaceAll('\u202f', ' ');

test.each([
  [0.031, 1, '3.1 %'],
  [0.92549, 2, '92.55 %'],
  [1, 1, '100.0 %'],
  [0.9999, 1, '99.9 %'],
  [0.9996, 2, '99.96 %'],
  [0, 1, '0.0 %'],
  [0.0004, 1, '<0.1 %'],
  [0.5, 0, '50 %'],
])('the share %f with %i digits is %s', (share, digits, text) => {
  expect(plain(format.percent(share, digits))).toBe(text);
});

test.each([
  [0.0001, '< 1 ms'],
  [0.0042, '4 ms'],
  [0.42, '0.42 s'],
  [3.14, '3.1 s'],
  [42.4, '42 s'],
  [125, '2 min 5 s'],
  [7260, '2 h 1 min'],
  [NaN, '–'],
])('%f seconds are %s', (value, text) => {
  expect(plain(format.seconds(value))).toBe(text);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [31_400, '31.4 kB'],
  [999_960, '1.0 MB'],
  [123_456_789, '123 MB'],
])('%i bytes are %s', (value, text) => {
  expect(plain(format.bytes(value))).toBe(text);
});

test.each([
  [0.41526, '+0.415'],
  [-0.00123, '−0.00123'],
  [0, '0'],
  [-12.34, '−12.3'],
  [2.5e-7, '+2.50 × 10⁻⁷'],
])('the value %f is %s', (value, text) => {
  expect(format.signed(value)).toBe(text);
});

test.each([
  [0.2, '0.2'],
  [40, '40'],
  [0.000_000_5, '5.00 × 10⁻⁷'],
  [true, 'yes'],
  ['lbfgs', 'lbfgs'],
  [null, '–'],
  [[1, 2], '[1,2]'],
])('the setting %s is %s', (value, text) => {
  expect(format.setting(value)).toBe(text);
});

test('counts have thousands and nouns', () => {
  expect(format.count(60_000)).toBe('60,000');
  expect(format.plural(1, 'image', 'images')).toBe('1 image');
  expect(format.plural(31, 'image', 'images')).toBe('31 images');
  expect([0, 1, 2, 3].map(format.times)).toEqual(['never', 'once', 'twice', '3 times']);
});

test('signed shares are whole per cent', () => {
  expect([0.314, -0.314, 0.001, -0.001].map(format.signedPercent).map(plain)).toEqual([
    '+31 %',
    '−31 %',
    '0 %',
    '0 %',
  ]);
});

test('a number keeps its unit on its line', () => {
  expect(format.tied('from 37 % to 2.7 %')).toBe('from 37\u202f% to 2.7\u202f%');
});

test('few images carry one digit, many two', () => {
  expect(format.digitsFor(360)).toBe(1);
  expect(format.digitsFor(10_000)).toBe(2);
});

test('probabilities travel in 65535ths', () => {
  expect(format.probability(65535)).toBe(1);
});
