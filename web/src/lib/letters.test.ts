import { expect, test } from 'vitest';
import type { Document } from './document.ts';
import { withWritableNames } from './letters.ts';

const KANNADA = ['೦', '೧', '೧೦'];
const DIGITS = ['0', '1', '10'];

function report(class_names: string[], other_names: string[] | null): Document {
  return {
    format: 6,
    command: 'linocut report kannada-mnist --class-names ೦,೧,೧೦',
    dataset: { class_names, other_names, notes: ['೧ is rare'] },
    text: { headline: 'It confuses “೧೦” with “೧”.' },
    rungs: [{ test: { accuracy: 0.5 }, gained: null }],
  } as unknown as Document;
}

const ascii = (letter: string) => letter < '\u0080';

test('names whose letters there are stay', () => {
  const given = report(KANNADA, DIGITS);
  expect(withWritableNames(given, () => true)).toBe(given);
});

test('names whose letters are missing change places with the others, in texts too', () => {
  const shown = withWritableNames(report(KANNADA, DIGITS), ascii);
  expect(shown.dataset.class_names).toEqual(DIGITS);
  expect(shown.dataset.other_names).toEqual(KANNADA);
  expect(shown.text.headline).toBe('It confuses “10” with “1”.');
  expect(shown.dataset.notes).toEqual(['1 is rare']);
  expect(shown.rungs).toEqual([{ test: { accuracy: 0.5 }, gained: null }]);
});

test('what was typed is not touched', () => {
  expect(withWritableNames(report(KANNADA, DIGITS), ascii).command).toContain('೦,೧,೧೦');
});

test('without other names that there are letters for, code points stand for signs', () => {
  for (const others of [null, ['零', '一', '十']]) {
    const shown = withWritableNames(report(KANNADA, others), ascii);
    expect(shown.dataset.class_names).toEqual(['U+0CE6', 'U+0CE7', 'U+0CE7 U+0CE6']);
    expect(shown.dataset.other_names).toEqual(KANNADA);
    expect(shown.text.headline).toBe('It confuses “U+0CE7 U+0CE6” with “U+0CE7”.');
  }
});

test('a long word is called by its place, and what can be written stays', () => {
  const shown = withWritableNames(report(['cat', 'ನಾಯಿಗಳು'], null), ascii);
  expect(shown.dataset.class_names).toEqual(['cat', 'class 2']);
});

test('a name that is a word of the text is replaced nowhere but in the names', () => {
  const shown = withWritableNames(report(['It', '೧'], ['0', '1']), ascii);
  expect(shown.dataset.class_names).toEqual(['0', '1']);
  expect(shown.text.headline).toMatch(/^It confuses/);
});
