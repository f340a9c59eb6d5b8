import { expect, test } from 'vitest';
import { cellOf, radiusFor, shifted, shiftAt, shiftMap, shiftText } from './shift.ts';
import { toy, toyImage } from './toy.fixture.ts';

test('an image moves by whole pixels and blank ones come in', () => {
  expect([...shifted(toyImage, { down: 1, right: -1 })]).toEqual([
    ...[0, 0, 0, 0],
    ...[1, 0, 0, 0],
    ...[1, 0, 0, 0],
  ]);
  expect([...shifted(toyImage, { down: 0, right: 0 })]).toEqual(toyImage.ink);
});

// What linocut.explain.shift_map finds with a radius of 1.
test('the map is the one that Python finds', async () => {
  expect(radiusFor(3, 4)).toBe(1);
  const map = await shiftMap(toy, toyImage, 1);
  expect([...map.predicted]).toEqual([0, 2, 2, 1, 1, 2, 1, 2, 2]);
  const margins = [-2.5, -4.125, -5.5, 4.0, 4.375, -5.75, 0.5, -1.25, -0.25];
  margins.forEach((margin, at) => {
    expect(map.margins[at]).toBeCloseTo(margin, 10);
  });
  expect(map.kept).toBeCloseTo(1 / 3, 10);
});

test('cells and shifts are told from each other', () => {
  expect(shiftAt(0, 2)).toEqual({ down: -2, right: -2 });
  expect(cellOf(shiftAt(17, 2), 2)).toBe(17);
});

test('a shift is said in words', () => {
  expect(shiftText({ down: -1, right: 2 })).toBe('2 right, 1 up');
  expect(shiftText({ down: 0, right: 0 })).toBe('not moved');
});
