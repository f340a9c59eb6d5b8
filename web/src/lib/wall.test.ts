import { expect, test } from 'vitest';
import { placeAfter, rowOfEach, rowsNear, scrolledTo } from './wall.ts';

test('rows are drawn in the window and a third of a window around it', () => {
  expect(rowsNear(0, 600, 100, 50)).toEqual({ first: 0, last: 8 });
  expect(rowsNear(1050, 600, 100, 50)).toEqual({ first: 8, last: 19 });
  expect(rowsNear(4400, 600, 100, 50)).toEqual({ first: 42, last: 50 });
  expect(rowsNear(0, 600, 100, 0)).toEqual({ first: 0, last: 0 });
});

test('a row keeps its element while it is near', () => {
  expect(rowOfEach({ first: 0, last: 4 }, 5)).toEqual([0, 1, 2, 3, null]);
  expect(rowOfEach({ first: 1, last: 6 }, 5)).toEqual([5, 1, 2, 3, 4]);
  expect(rowOfEach({ first: 12, last: 16 }, 5)).toEqual([15, null, 12, 13, 14]);
});

const list = { count: 23, columns: 5, rowsInSight: 3 };

test.each([
  ['ArrowRight', 0, 1],
  ['ArrowLeft', 0, null],
  ['ArrowDown', 2, 7],
  ['ArrowDown', 19, null],
  ['ArrowUp', 2, null],
  ['Home', 12, 10],
  ['End', 12, 14],
  ['End', 21, 22],
  ['PageDown', 3, 18],
  ['PageDown', 18, 22],
  ['PageUp', 3, 0],
  ['a', 3, null],
])('%s leads from %i to %j', (key, from, to) => {
  expect(placeAfter(key, false, from, list)).toBe(to);
});

test('with Ctrl, Home and End lead to the ends of the list', () => {
  expect(placeAfter('Home', true, 12, list)).toBe(0);
  expect(placeAfter('End', true, 12, list)).toBe(22);
});

test('a window is scrolled no farther than it must', () => {
  expect(scrolledTo(2, 0, 400, 100)).toBe(0);
  expect(scrolledTo(4, 0, 400, 100)).toBe(100);
  expect(scrolledTo(1, 350, 400, 100)).toBe(100);
});
