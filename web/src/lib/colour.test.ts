import { describe, expect, test } from 'vitest';
import {
  contrast,
  diverging,
  fromLch,
  luminance,
  paintDiverging,
  paintShares,
  shade,
  textOn,
  type Rgb,
} from './colour.ts';

const STEPS = Array.from({ length: 101 }, (_, i) => i / 100);
const THEMES = [
  ['light', false],
  ['dark', true],
] as const;

function lightness(colour: Rgb): number {
  const y = luminance(colour);
  return y > (6 / 29) ** 3 ? 116 * Math.cbrt(y) - 16 : (29 / 3) ** 3 * y;
}

test('CIELAB colours become the sRGB colours they are', () => {
  expect(fromLch(100, 0, 0).map(Math.round)).toEqual([255, 255, 255]);
  expect(fromLch(0, 0, 0).map(Math.round)).toEqual([0, 0, 0]);
  expect(fromLch(53.24, 104.55, 40).map((channel) => Math.abs(Math.round(channel)))).toEqual([
    255, 0, 0,
  ]);
});

describe.each(THEMES)('the diverging scale in the %s theme', (_name, dark) => {
  test('shows every colour it asks for', () => {
    for (const t of STEPS)
      for (const share of [t, -t])
        for (const channel of diverging(share, dark)) {
          expect(channel).toBeGreaterThan(-1);
          expect(channel).toBeLessThan(256);
        }
  });

  test('is as light on one side as on the other', () => {
    for (const t of STEPS)
      expect(lightness(diverging(t, dark))).toBeCloseTo(lightness(diverging(-t, dark)), 0);
  });

  test('moves away from zero in one direction of lightness', () => {
    const along = STEPS.map((t) => lightness(diverging(t, dark)));
    const steps = along.slice(1).map((value, i) => (dark ? value - along[i] : along[i] - value));
    expect(Math.min(...steps)).toBeGreaterThan(0);
  });

  test('is neutral at zero and saturates beyond the limit', () => {
    const [r, g, b] = diverging(0, dark);
    expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(1);
    expect(diverging(7, dark)).toEqual(diverging(1, dark));
    expect(diverging(-7, dark)).toEqual(diverging(-1, dark));
  });

  test('is red for and blue against', () => {
    const [forRed, , forBlue] = diverging(1, dark);
    const [againstRed, , againstBlue] = diverging(-1, dark);
    expect(forRed).toBeGreaterThan(forBlue);
    expect(againstBlue).toBeGreaterThan(againstRed);
  });
});

describe.each(THEMES)('cells in the %s theme', (_name, dark) => {
  test('carry readable numbers at every shade', () => {
    for (const kind of ['correct', 'wrong', 'ink'] as const)
      for (const t of STEPS) {
        const background = shade(kind, t, dark);
        const text: Rgb = textOn(background) === '#000' ? [0, 0, 0] : [255, 255, 255];
        expect(contrast(background, text)).toBeGreaterThanOrEqual(4.5);
      }
  });
});

test('black and white are 21 to 1', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
  expect(textOn([255, 255, 255])).toBe('#000');
  expect(textOn([20, 20, 60])).toBe('#fff');
});

test('a template is painted symmetrically about zero, clear where there is no number', () => {
  const bytes = paintDiverging([0, 2, -2, NaN], 2, false);
  expect(Array.from(bytes.slice(0, 4))).toEqual([255, 255, 255, 255]);
  expect(Array.from(bytes.slice(4, 7))).toEqual(diverging(1, false).map(Math.round));
  expect(Array.from(bytes.slice(8, 11))).toEqual(diverging(-1, false).map(Math.round));
  expect(bytes[15]).toBe(0);
});

test('an exact zero stays clear where asked', () => {
  expect(paintShares([0, 1], false, true)[3]).toBe(0);
  expect(paintShares([0, 1], false, false)[3]).toBe(255);
});
