import { expect, test } from 'vitest';
import { readChoice, UNTOUCHED, writeChoice, type Choice } from './address.ts';

const CHOICE: Choice = {
  drawing: 'AP8_-w',
  label: 7,
  rival: 9,
  off: ['deskew', 'contrast'],
  move: { right: -1.5, down: 0, degrees: 12 },
};

test('what is written is read back', () => {
  for (const choice of [CHOICE, UNTOUCHED, { ...CHOICE, label: null, rival: 'average' as const }])
    expect(readChoice(writeChoice(choice))).toEqual(choice);
});

test('nothing chosen makes no address', () => {
  expect(writeChoice(UNTOUCHED)).toBe('');
});

test('what is spelled wrongly is as if it were not there', () => {
  for (const hash of ['#class=x&against=-1&move=1,2', '#move=1,2,900', '#move=a,b,c', '#draw', ''])
    expect(readChoice(hash)).toEqual(UNTOUCHED);
});
