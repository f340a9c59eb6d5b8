import { Breath } from './breath.ts';
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

/** A tile and where its left edge stands, in pixels of a canvas. */
export interface Placed {
  readonly index: number;
  readonly left: number;
}

/**
 * Draw tiles side by side on one canvas, each image pixel `dots` wide, unless `stale` by then: many
 * tiles are drawn sooner so than on a canvas each. `inverted` draws ink dark on light.
 */
export async function drawTiles(
  canvas: HTMLCanvasElement,
  sprite: Sprite,
  tiles: readonly Placed[],
  dots: number,
  inverted: boolean,
  stale: () => boolean,
): Promise<void> {
  const sheets = await Promise.all(
    tiles.map(({ index }) => sheetOf(sprite, placeOf(sprite, index).sheet)),
  );
  const context = canvas.getContext('2d');
  if (!context || stale()) return;
  const [width, height] = [sprite.width * dots, sprite.height * dots];
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  tiles.forEach(({ index, left }, i) => {
    const { x, y } = placeOf(sprite, index);
    context.drawImage(sheets[i], x, y, sprite.width, sprite.height, left, 0, width, height);
    if (!inverted) return;
    context.globalCompositeOperation = 'difference';
    context.fillStyle = '#fff';
    context.fillRect(left, 0, width, height);
    context.globalCompositeOperation = 'source-over';
  });
}

/**
 * Visit the ink of every tile, as `inkOf` returns it, sheet by sheet. The array is used again for
 * the next one.
 */
export async function inksOf(
  sprite: Sprite,
  planes: number,
  visit: (ink: Float64Array, index: number) => void,
): Promise<void> {
  const { width, height, columns, per_sheet, count } = sprite;
  const ink = new Float64Array(width * height * planes);
  const breath = new Breath();
  for (let sheet = 0; sheet * per_sheet < count; sheet++) {
    const bitmap = await sheetOf(sprite, sheet);
    const first = sheet * per_sheet;
    const last = Math.min(count, first + per_sheet);
    // a row of tiles at a time: whole sheets take many megabytes
    const strip = new OffscreenCanvas(columns * width, height);
    const context = strip.getContext('2d', { willReadFrequently: true });
    if (!context) return;
    for (let from = first; from < last; from += columns) {
      const { y } = placeOf(sprite, from);
      context.drawImage(bitmap, 0, y, strip.width, height, 0, 0, strip.width, height);
      const { data } = context.getImageData(0, 0, strip.width, height);
      for (let index = from; index < Math.min(last, from + columns); index++) {
        copyInk(data, strip.width, (index - from) * width, width, planes, ink);
        visit(ink, index);
      }
      if (breath.isDue) await breath.take();
    }
  }
}

/** Copy the tile that begins at column `left` of a strip of RGBA pixels, as shares of full ink. */
export function copyInk(
  strip: ArrayLike<number>,
  across: number,
  left: number,
  width: number,
  planes: number,
  ink: Float64Array,
): void {
  for (let i = 0; i < ink.length; i++) {
    const pixel = Math.floor(i / planes);
    const at = Math.floor(pixel / width) * across + left + (pixel % width);
    ink[i] = strip[4 * at + (i % planes)] / 255;
  }
}

/**
 * The ink of tile `index`, 0 for paper to 1 for full ink, row by row; of `planes` = 3 red, green
 * and blue of each pixel.
 */
export async function inkOf(sprite: Sprite, index: number, planes: number): Promise<Float64Array> {
  const { width, height } = sprite;
  const ink = new Float64Array(width * height * planes);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return ink;
  const { sheet, x, y } = placeOf(sprite, index);
  const bitmap = await sheetOf(sprite, sheet);
  context.drawImage(bitmap, x, y, width, height, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  copyInk(data, width, 0, width, planes, ink);
  return ink;
}
