import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import palette from '../../../src/linocut/plot/palette.json';
import { contrast, diverging, shade, type Rgb } from './colour.ts';

const style = readFileSync(new URL('../app.css', import.meta.url), 'utf8');
const [, light, dark] = /:root \{(.*?)\n\}.*?\[data-theme='dark'\] \{(.*?)\n\}/s.exec(style) ?? [];
const BLOCKS = { light, dark };
const STEPS = Array.from({ length: 101 }, (_, i) => i / 100);

function variables(block: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g), ([, name, value]) => [name, value]),
  );
}

function rgb(hex: string): Rgb {
  const at = (from: number) => parseInt(hex.slice(from, from + 2), 16);
  return [at(1), at(3), at(5)];
}

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  const { colours } = palette[theme];

  test("the style sheet's colours are the palette's", () => {
    expect(variables(BLOCKS[theme])).toEqual(colours);
  });

  test.each(['ink', 'soft', 'wrong', 'accent'] as const)('%s reads on every ground', (text) => {
    for (const ground of ['paper', 'card', 'wash', 'accent-wash'] as const)
      expect(contrast(rgb(colours[text]), rgb(colours[ground]))).toBeGreaterThanOrEqual(4.5);
  });

  test('edges of controls are seen', () => {
    for (const ground of ['paper', 'card'] as const)
      expect(contrast(rgb(colours.edge), rgb(colours[ground]))).toBeGreaterThanOrEqual(3);
  });

  test('every scale lies inside sRGB', () => {
    const scales = [
      (t: number) => diverging(t, theme === 'dark'),
      (t: number) => diverging(-t, theme === 'dark'),
      ...(['correct', 'wrong', 'ink'] as const).map(
        (kind) => (t: number) => shade(kind, t, theme === 'dark'),
      ),
    ];
    for (const scale of scales)
      for (const t of STEPS)
        for (const channel of scale(t)) {
          expect(channel).toBeGreaterThan(-1);
          expect(channel).toBeLessThan(256);
        }
  });
});
