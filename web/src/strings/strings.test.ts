import { describe, expect, it } from 'vitest';
import { EMPTY, readAddress, writeAddress } from './address.ts';
import { mistakesOf } from './confusion.ts';
import type { ReadingPage } from './document.ts';
import { chosenImages, misreadFirst } from './images.ts';
import { symbolsOf } from './symbols.ts';

function reading(text: string, probability: number, more: Partial<ReadingPage> = {}): ReadingPage {
  return {
    text,
    probability,
    cuts: [],
    others: [],
    mixed: [],
    cause: null,
    glyphs: [],
    stack: null,
    limits: [1, 1],
    ...more,
  };
}

const texts = ['12', '34', '56', '78'];
const readings = [
  reading('12', 0.99),
  reading('35', 0.4, { mixed: [['4', '5']], cause: 0 }),
  reading('56', 0.7),
  reading('8', 0.9, { mixed: [['7', 'nothing']], cause: 1 }),
];

describe('images', () => {
  it('come with the surest mistakes first, then the least certain', () => {
    expect(misreadFirst(texts, readings)).toEqual([3, 1, 2, 0]);
  });

  it('are chosen by what went wrong', () => {
    const chosen = (choice: Parameters<typeof chosenImages>[2]) =>
      chosenImages({ texts }, { readings }, choice);
    expect(chosen({ kind: 'misread' })).toEqual([3, 1]);
    expect(chosen({ kind: 'all' })).toHaveLength(4);
    expect(chosen({ kind: 'glyph', truth: '4', read: '5' })).toEqual([1]);
    expect(chosen({ kind: 'cause', cause: 1 })).toEqual([3]);
  });
});

describe('the address', () => {
  it('reads as it was written', () => {
    const all = [
      EMPTY,
      { ...EMPTY, section: 'glyphs' },
      { ...EMPTY, model: 'ctc', image: 17, accept: 0.9 },
      { ...EMPTY, choice: { kind: 'glyph', truth: '&', read: 'ಕಿ' } as const },
      { ...EMPTY, choice: { kind: 'cause', cause: 1 } as const },
      { ...EMPTY, choice: { kind: 'all' } as const },
    ];
    for (const address of all) expect(readAddress(writeAddress(address))).toEqual(address);
  });

  it('is empty for the page as it opens, and forgives what is spelt wrongly', () => {
    expect(writeAddress(EMPTY)).toBe('');
    expect(readAddress('#x=1&image=-3&accept=7&cause=a')).toEqual(EMPTY);
  });
});

describe('mistakes by glyph', () => {
  it('leave out symbols without any', () => {
    const found = mistakesOf(['a', 'b', 'c'], [5, 2, 0, 0, 4, 0, 1, 0, 7]);
    expect(found.rows).toEqual(['a', 'c']);
    expect(found.columns).toEqual(['a', 'b']);
    expect(found.at('a', 'b')).toBe(2);
    expect(found.list[0]).toEqual({ truth: 'a', read: 'b', count: 2 });
    expect(found.most).toBe(2);
  });

  it('may be none', () => {
    expect(mistakesOf(['a'], [3])).toMatchObject({ rows: [], list: [], most: 0 });
  });
});

describe('symbols', () => {
  it('take their marks along', () => {
    expect(symbolsOf('ಕಿ1')).toEqual(['ಕಿ', '1']);
    expect(symbolsOf('')).toEqual([]);
  });
});
