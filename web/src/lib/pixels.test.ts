import { expect, test } from 'vitest';
import { pixelAfter, pixelAt, placeOf } from './pixels.ts';

const size = { height: 4, width: 3 };
const box = { left: 10, top: 20, width: 30, height: 40 };

test('a point of the box is a pixel, and none beside it', () => {
  expect(pixelAt(box, { clientX: 10, clientY: 20 }, size)).toBe(0);
  expect(pixelAt(box, { clientX: 39, clientY: 59 }, size)).toBe(11);
  expect(pixelAt(box, { clientX: 25, clientY: 31 }, size)).toBe(4);
  expect(pixelAt(box, { clientX: 40, clientY: 31 }, size)).toBeNull();
  expect(pixelAt(box, { clientX: 25, clientY: 19 }, size)).toBeNull();
});

test('arrow keys begin in the middle and end at the edge', () => {
  const press = (key: string, from: number | null) =>
    pixelAfter({ key, ctrlKey: false }, from, size);
  expect(press('ArrowRight', null)).toBe(8);
  expect(press('ArrowUp', 4)).toBe(1);
  expect(press('ArrowLeft', 3)).toBeNull();
  expect(press('a', 3)).toBeNull();
});

test('places are counted from one', () => {
  expect(placeOf(0, 3)).toBe('row 1, column 1');
  expect(placeOf(7, 3)).toBe('row 3, column 2');
});
