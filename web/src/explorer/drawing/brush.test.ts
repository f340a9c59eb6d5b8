import { expect, test } from 'vitest';
import { coverAt, Stroke, usualWidth } from './brush.ts';

const SIZE = { height: 28, width: 28 };
const PEN = { width: usualWidth(SIZE), ink: [255] };

function line(from: [number, number], to: [number, number], brush = PEN): Uint8Array {
  const stroke = new Stroke(new Uint8Array(28 * 28), SIZE, brush);
  stroke.to({ x: from[0], y: from[1] });
  stroke.to({ x: to[0], y: to[1] });
  return stroke.drawn();
}

const sum = (bytes: Uint8Array) => bytes.reduce((total, byte) => total + byte, 0);

test('a stroke is full in its middle and fades at its edge', () => {
  const image = line([5, 14], [23, 14]);
  const across = Array.from({ length: 28 }, (_, row) => image[row * 28 + 14]);
  expect(across[13]).toBe(across[14]); // its middle lies between two rows
  expect(across[13]).toBeGreaterThan(240);
  expect(across[12]).toBeGreaterThan(0);
  expect(across[12]).toBeLessThan(255);
  expect(across.filter((byte) => byte > 0)).toHaveLength(4);
});

test('the ink of a stroke is its width times its length, wherever it lies', () => {
  const inked = (offset: number) =>
    sum(line([6 + offset, 9 + offset / 3], [20 + offset, 19 + offset / 3])) / 255;
  const length = Math.hypot(14, 10);
  for (const offset of [0, 0.25, 0.5, 0.77])
    // both ends are half a disc
    expect(inked(offset)).toBeCloseTo(PEN.width * length + Math.PI * (PEN.width / 2) ** 2, -0.8);
});

test('a stroke that comes by twice covers no more', () => {
  const once = line([5, 5], [20, 20]);
  const stroke = new Stroke(new Uint8Array(28 * 28), SIZE, PEN);
  for (const [x, y] of [
    [5, 5],
    [20, 20],
    [5, 5],
    [20, 20],
  ])
    stroke.to({ x, y });
  expect(stroke.drawn()).toEqual(once);
});

test('many short pieces make the same stroke as one long piece', () => {
  const stroke = new Stroke(new Uint8Array(28 * 28), SIZE, PEN);
  for (let i = 0; i <= 60; i++) stroke.to({ x: 5 + i / 4, y: 5 + i / 4 });
  expect(stroke.drawn()).toEqual(line([5, 5], [20, 20]));
});

test('a touch leaves a dot', () => {
  const stroke = new Stroke(new Uint8Array(28 * 28), SIZE, PEN);
  stroke.to({ x: 14.5, y: 10.5 });
  const image = stroke.drawn();
  expect(image[10 * 28 + 14]).toBe(255);
  expect(image[10 * 28 + 13]).toBe(image[9 * 28 + 14]);
  expect(image[10 * 28 + 17]).toBe(0);
});

test('an eraser leaves paper, and what it does not touch', () => {
  const full = new Uint8Array(28 * 28).fill(255);
  const stroke = new Stroke(full, SIZE, { width: 6, ink: [0] });
  stroke.to({ x: 14, y: 14 });
  const image = stroke.drawn();
  expect(image[14 * 28 + 14]).toBe(0);
  expect(image[0]).toBe(255);
  expect(full[14 * 28 + 14]).toBe(255);
});

test('a colour is laid over another', () => {
  const under = Uint8Array.from({ length: 28 * 28 * 3 }, () => 100);
  const stroke = new Stroke(under, SIZE, { width: 4, ink: [255, 0, 100] });
  stroke.to({ x: 14, y: 14 });
  expect([...stroke.drawn().slice(3 * (14 * 28 + 14), 3 * (14 * 28 + 14) + 3)]).toEqual([
    255, 0, 100,
  ]);
});

test('a stroke beyond the border is cut there', () => {
  expect(() => line([-10, -10], [40, 3])).not.toThrow();
  expect(sum(line([-10, -10], [-5, -5]))).toBe(0);
});

test('pressure widens a stroke', () => {
  const [middle, at] = [
    { x: 14.5, y: 14.5 },
    { x: 14.5, y: 18.5 },
  ];
  expect(coverAt(at.x, at.y, middle, middle, 2)).toBe(0);
  expect(coverAt(at.x, at.y, middle, middle, 10)).toBe(1);
});
