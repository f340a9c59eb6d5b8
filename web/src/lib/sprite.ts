import type { Sprite } from './document.ts';
import { bytesOf } from './unpack.ts';

export interface TilePlace {
  sheet: number;
  x: number;
  y: number;
}

/** Where tile `index` lies, in pixels of its sheet. */
export function placeOf(sprite: Sprite, index: number): TilePlace {
  const onSheet = index % sprite.per_sheet;
  return {
    sheet: Math.floor(index / sprite.per_sheet),
    x: (onSheet % sprite.columns) * sprite.width,
    y: Math.floor(onSheet / sprite.columns) * sprite.height,
  };
}

/**
 * The size of an image pixel that makes a tile about `aim` wide: a whole number of the
 * screen's own dots, of which there are `dots` in each CSS pixel, keeps the squares even.
 */
export function scaleFor(
  sprite: { height: number; width: number },
  aim: number,
  dots: number,
): number {
  const whole = Math.max(1, Math.floor(dots));
  return Math.max(1, Math.round((aim * whole) / Math.max(sprite.height, sprite.width))) / whole;
}

const decoded = new WeakMap<Sprite, Map<number, Promise<ImageBitmap>>>();

/** A sheet as a bitmap, decoded once and without touching the network. */
function sheetOf(sprite: Sprite, sheet: number): Promise<ImageBitmap> {
  let sheets = decoded.get(sprite);
  if (!sheets) decoded.set(sprite, (sheets = new Map<number, Promise<ImageBitmap>>()));
  let bitmap = sheets.get(sheet);
  if (!bitmap) {
    const url = sprite.sheets[sheet];
    const type = url.slice(5, url.indexOf(';'));
    // not fetch(url): the page's policy forbids every connection, even to itself
    const blob = new Blob([bytesOf(url.slice(url.indexOf(',') + 1))], { type });
    // grey levels are data, so no colour management may touch them
    bitmap = createImageBitmap(blob, { colorSpaceConversion: 'none' });
    sheets.set(sheet, bitmap);
  }
  return bitmap;
}

/** Draw tile `index` on a canvas of the tile's size, unless `stale` by then. */
export async function drawTile(
  canvas: HTMLCanvasElement,
  sprite: Sprite,
  index: number,
  stale: () => boolean,
): Promise<void> {
  const { sheet, x, y } = placeOf(sprite, index);
  const bitmap = await sheetOf(sprite, sheet);
  const context = canvas.getContext('2d');
  if (!context || stale()) return;
  const { width, height } = sprite;
  context.drawImage(bitmap, x, y, width, height, 0, 0, width, height);
}

/**
 * The ink of tile `index`, 0 for paper to 1 for full ink, row by row; of `planes` = 3 red, green
 * and blue of each pixel.
 */
export async function inkOf(sprite: Sprite, index: number, planes: number): Promise<Float64Array> {
  const { width, height } = sprite;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return new Float64Array(width * height * planes);
  const { sheet, x, y } = placeOf(sprite, index);
  const bitmap = await sheetOf(sprite, sheet);
  context.drawImage(bitmap, x, y, width, height, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return Float64Array.from(
    { length: width * height * planes },
    (_, i) => data[4 * Math.floor(i / planes) + (i % planes)] / 255,
  );
}
