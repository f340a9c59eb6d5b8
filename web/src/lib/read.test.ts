import { expect, test } from 'vitest';
import { readSlot } from './read.ts';

test('an unfilled page holds no report', () => {
  expect(readSlot('null')).toEqual({ kind: 'empty' });
});

test('a report of this format is read', () => {
  expect(readSlot('{"format": 8}')).toMatchObject({ kind: 'report', document: { format: 8 } });
});

test('another format, or broken data, is said to be so', () => {
  expect(readSlot('{"format": 99}')).toMatchObject({ kind: 'unreadable' });
  expect(readSlot('{"format": 99}')).toHaveProperty('why', expect.stringContaining('format 99'));
  expect(readSlot('{"form')).toMatchObject({ kind: 'unreadable' });
});
