import { expect, test } from 'vitest';
import { moved } from './roving.ts';

const from = { row: 1, column: 1 };
const go = (key: string, ctrl = false) => moved(key, ctrl, from, 3, 4);

test('arrow keys move by one cell', () => {
  expect(go('ArrowUp')).toEqual({ row: 0, column: 1 });
  expect(go('ArrowDown')).toEqual({ row: 2, column: 1 });
  expect(go('ArrowLeft')).toEqual({ row: 1, column: 0 });
  expect(go('ArrowRight')).toEqual({ row: 1, column: 2 });
});

test('Home and End go to the ends of the row, with Ctrl to the corners', () => {
  expect(go('Home')).toEqual({ row: 1, column: 0 });
  expect(go('End')).toEqual({ row: 1, column: 3 });
  expect(go('Home', true)).toEqual({ row: 0, column: 0 });
  expect(go('End', true)).toEqual({ row: 2, column: 3 });
});

test('nothing leads off the grid, and other keys lead nowhere', () => {
  expect(moved('ArrowUp', false, { row: 0, column: 0 }, 3, 4)).toBeNull();
  expect(moved('ArrowRight', false, { row: 0, column: 3 }, 3, 4)).toBeNull();
  expect(go('a')).toBeNull();
});
