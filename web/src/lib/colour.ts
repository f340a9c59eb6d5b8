/**
 * Colour scales, built in CIELAB (D65) so that equal steps look equal. Their palette is that of
 * the figures in src/linocut/plot.
 */

import palette from '../../../src/linocut/plot/palette.json';

export type Rgb = readonly [number, number, number];

const WHITE = [0.95047, 1, 1.08883] as const;
const STEPS = 256;

/** sRGB (0…255, not yet rounded) of a CIELAB colour given as lightness, chroma and hue angle. */
export function fromLch(lightness: number, chroma: number, hue: number): Rgb {
  const angle = (hue * Math.PI) / 180;
  const fy = (lightness + 16) / 116;
  const x = WHITE[0] * inverse(fy + (chroma * Math.cos(angle)) / 500);
  const y = WHITE[1] * inverse(fy);
  const z = WHITE[2] * inverse(fy - (chroma * Math.sin(angle)) / 200);
  return [
    encode(3.2404542 * x - 1.5371385 * y - 0.4985314 * z),
    encode(-0.969266 * x + 1.8760108 * y + 0.041556 * z),
    encode(0.0556434 * x - 0.2040259 * y + 1.0572252 * z),
  ];
}

function inverse(f: number): number {
  return f > 6 / 29 ? f ** 3 : 3 * (6 / 29) ** 2 * (f - 4 / 29);
}

function encode(linear: number): number {
  if (linear <= 0.0031308) return 255 * 12.92 * linear;
  return 255 * (1.055 * linear ** (1 / 2.4) - 0.055);
}

function decode(byte: number): number {
  const share = byte / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** Relative luminance as WCAG defines it. */
export function luminance([r, g, b]: Rgb): number {
  return 0.2126 * decode(r) + 0.7152 * decode(g) + 0.0722 * decode(b);
}

/** WCAG contrast ratio of two colours, 1…21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever reads better; the better one is never below 4.58. */
export function textOn(background: Rgb): '#000' | '#fff' {
  return contrast(background, [0, 0, 0]) >= contrast(background, [255, 255, 255]) ? '#000' : '#fff';
}

export function css([r, g, b]: Rgb): string {
  return `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)})`;
}

/** Share of the scale, lightness and chroma. */
type Stop = readonly [number, number, number];
type Theme = 'light' | 'dark';

/** What a one-sided scale stands for: correct classifications, mistakes, ink. */
export type Shade = 'correct' | 'wrong' | 'ink';

// The neutral ends of the evidence equal --tile in app.css: zero is bare paper. Lightness and
// chroma are the same on both sides, as strong as sRGB can show the blue.
const HUES: Record<Shade | 'for' | 'against', number> = palette.hues;
const SCALES = { light: palette.light.scales, dark: palette.dark.scales } as unknown as Record<
  Theme,
  Record<Shade | 'evidence', readonly Stop[]>
>;

function between(stops: readonly Stop[], share: number, hue: number): Rgb {
  const next = Math.max(
    1,
    stops.findIndex(([at]) => at >= share),
  );
  const [a, b] = [stops[next - 1], stops[next]];
  const t = (share - a[0]) / (b[0] - a[0]);
  const mix = (part: 1 | 2) => a[part] + t * (b[part] - a[part]);
  return fromLch(mix(1), mix(2), hue);
}

/** The colour of a signed share of the limit: red for, blue against, paper at zero. */
export function diverging(share: number, dark: boolean): Rgb {
  const held = Math.max(-1, Math.min(1, share));
  const { evidence } = SCALES[dark ? 'dark' : 'light'];
  return between(evidence, Math.abs(held), HUES[held < 0 ? 'against' : 'for']);
}

/** A colour of a one-sided scale at a share in [0, 1]. */
export function shade(kind: Shade, share: number, dark: boolean): Rgb {
  const held = Math.max(0, Math.min(1, share));
  return between(SCALES[dark ? 'dark' : 'light'][kind], held, HUES[kind]);
}

/** RGBA bytes of signed values on the diverging scale; what is not a number stays clear. */
export function paintDiverging(
  values: ArrayLike<number>,
  limit: number,
  dark: boolean,
): Uint8ClampedArray<ArrayBuffer> {
  return paint(values, (value) => value / (limit || 1), tableOf(`diverging ${dark}`, -1, dark));
}

/** RGBA bytes of shares in [0, 1]; with `clear`, an exact zero stays transparent. */
export function paintShares(
  values: ArrayLike<number>,
  dark: boolean,
  clear: boolean,
): Uint8ClampedArray<ArrayBuffer> {
  const table = tableOf(`ink ${dark}`, 0, dark);
  return paint(values, (value) => (clear && value === 0 ? NaN : value), table);
}

interface Table {
  low: number;
  colours: Rgb[];
}

const tables = new Map<string, Table>();

function tableOf(key: string, low: -1 | 0, dark: boolean): Table {
  let table = tables.get(key);
  if (!table) {
    const colours: Rgb[] = [];
    const last = low === -1 ? 2 * STEPS : STEPS;
    for (let i = 0; i <= last; i++) {
      const share = i / STEPS + low;
      colours.push(low === -1 ? diverging(share, dark) : shade('ink', share, dark));
    }
    table = { low, colours };
    tables.set(key, table);
  }
  return table;
}

function paint(
  values: ArrayLike<number>,
  share: (value: number) => number,
  { low, colours }: Table,
): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(4 * values.length);
  for (let i = 0; i < values.length; i++) {
    const at = share(values[i]);
    if (Number.isNaN(at)) continue;
    const step = Math.round((Math.max(low, Math.min(1, at)) - low) * STEPS);
    bytes.set(colours[step], 4 * i);
    bytes[4 * i + 3] = 255;
  }
  return bytes;
}
