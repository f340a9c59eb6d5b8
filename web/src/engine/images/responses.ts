/**
 * Responses to small filters everywhere in an image, averaged within the cells of a grid; see
 * linocut.features.responses.
 */

import type { Sides } from './ink.ts';
import type { Values } from '../values.ts';

const f32 = Math.fround;

export interface Filters {
  /** one filter after the other, each row by row, all planes of a pixel together */
  readonly values: Float64Array;
  readonly count: number;
  /** of a filter, pixels */
  readonly side: number;
  /** of the grid, along either axis */
  readonly cells: number;
  /** taken off each response; what is then below zero does not count */
  readonly threshold: number;
  /** added to the variance that patches are normalised by; null to leave them as they are */
  readonly floor: number | null;
  /** whether responses below zero count as another filter's */
  readonly bothSigns: boolean;
  /** the value of full ink */
  readonly full: number;
}

/** Where a place counts along one axis: a cell, and how much. */
interface Share {
  readonly cell: number;
  readonly weight: number;
}

export class Responses {
  /** numbers that come out */
  readonly size: number;
  private readonly filters: Filters;
  private readonly sides: Sides;
  /** one number of all filters after the other */
  private readonly byPixel: Float64Array;
  private readonly down: readonly (readonly Share[])[];
  private readonly across: readonly (readonly Share[])[];
  private readonly patch: Float64Array;
  private readonly found: Float64Array;
  /** the last image, and how far it is from the threshold: 1 above, −1 below its negative */
  private last: Values | null = null;
  private readonly open: Int8Array;
  /** what each patch of the last image was divided by */
  private readonly sizes: Float64Array;

  constructor(filters: Filters, sides: Sides) {
    const { count, side, cells, bothSigns } = filters;
    const length = side * side * sides.planes;
    const [rows, columns] = [sides.height - side + 1, sides.width - side + 1];
    this.filters = filters;
    this.sides = sides;
    this.size = cells * cells * count * (bothSigns ? 2 : 1);
    this.byPixel = new Float64Array(length * count);
    for (let k = 0; k < count; k++)
      for (let i = 0; i < length; i++) this.byPixel[i * count + k] = filters.values[k * length + i];
    [this.down, this.across] = [sharesOf(rows, cells), sharesOf(columns, cells)];
    this.patch = new Float64Array(length);
    this.found = new Float64Array(count);
    this.open = new Int8Array(rows * columns * count);
    this.sizes = new Float64Array(rows * columns);
  }

  /** The responses to an image, cell by cell. */
  forward(image: Values): Float64Array {
    const { count, cells, threshold, bothSigns } = this.filters;
    const { patch, found, open, across } = this;
    const all = new Float64Array(this.size);
    const line = bothSigns ? 2 * count : count;
    const answering = new Int32Array(count);
    open.fill(0);
    this.last = image;
    this.eachPlace((place, row, column) => {
      if (!this.take(image, place, row, column) && threshold >= 0) return;
      multiply(patch, this.byPixel, found);
      let answers = 0;
      for (let k = 0; k < count; k++) {
        const sign = found[k] > threshold ? 1 : bothSigns && -found[k] > threshold ? -1 : 0;
        if (sign === 0) continue;
        open[place * count + k] = sign;
        answering[answers++] = k;
      }
      for (const above of this.down[row])
        for (const beside of across[column]) {
          const weight = f32(above.weight * beside.weight);
          const at = (above.cell * cells + beside.cell) * line;
          for (let i = 0; i < answers; i++) {
            const k = answering[i];
            if (open[place * count + k] > 0) all[at + k] += weight * (found[k] - threshold);
            else all[at + count + k] += weight * (-found[k] - threshold);
          }
        }
    });
    return all;
  }

  /** Weights on responses as weights on the image; what is above the threshold stays so. */
  back(image: Values, weights: Float64Array): Float64Array {
    if (this.last !== image) this.forward(image);
    const { count, cells, floor, bothSigns, values } = this.filters;
    const { open, patch, down, across } = this;
    const back = new Float64Array(image.length);
    const line = bothSigns ? 2 * count : count;
    const length = patch.length;
    this.eachPlace((place, row, column) => {
      patch.fill(0);
      for (let k = 0; k < count; k++) {
        const sign = open[place * count + k];
        if (sign === 0) continue;
        let weight = 0;
        for (const above of down[row])
          for (const beside of across[column]) {
            const at = (above.cell * cells + beside.cell) * line + (sign < 0 ? count : 0) + k;
            weight += f32(above.weight * beside.weight) * weights[at];
          }
        for (let i = 0, at = k * length; i < length; i++) patch[i] += sign * weight * values[at++];
      }
      this.put(floor === null ? 0 : meanOf(patch), place, row, column, back);
    });
    return back;
  }

  private eachPlace(visit: (place: number, row: number, column: number) => void): void {
    let place = 0;
    for (let row = 0; row < this.down.length; row++)
      for (let column = 0; column < this.across.length; column++) visit(place++, row, column);
  }

  /** Take a patch, normalised where that is asked for; false where there is nothing in it. */
  private take(image: Values, place: number, row: number, column: number): boolean {
    const { patch, sizes } = this;
    const { floor, full } = this.filters;
    this.eachLine(row, column, (at, i, length) => {
      for (let k = 0; k < length; k++) patch[i + k] = f32(image[at + k] / full);
    });
    const mean = floor === null ? 0 : meanOf(patch);
    let squares = 0;
    for (let i = 0; i < patch.length; i++) {
      patch[i] -= mean;
      squares += patch[i] * patch[i];
    }
    sizes[place] = floor === null ? 1 : Math.sqrt(squares / patch.length + floor);
    for (let i = 0; i < patch.length; i++) patch[i] /= sizes[place];
    return squares > 0;
  }

  /** Add weights on a patch, less a number, to those on the image. */
  private put(mean: number, place: number, row: number, column: number, onto: Float64Array): void {
    const { patch } = this;
    const size = this.sizes[place] * this.filters.full;
    this.eachLine(row, column, (at, i, length) => {
      for (let k = 0; k < length; k++) onto[at + k] += (patch[i + k] - mean) / size;
    });
  }

  /** Visit the lines of a patch: where each begins in the image and in the patch, and its length. */
  private eachLine(
    row: number,
    column: number,
    visit: (at: number, i: number, length: number) => void,
  ): void {
    const { planes, width } = this.sides;
    const length = this.filters.side * planes;
    for (let y = 0; y < this.filters.side; y++)
      visit(((row + y) * width + column) * planes, y * length, length);
  }
}

/** The products of a patch with all filters. */
function multiply(patch: Float64Array, byPixel: Float64Array, into: Float64Array): void {
  const count = into.length;
  into.fill(0);
  let i = 0;
  // Four at a time, so that each sum is read and written a quarter as often.
  for (; i + 3 < patch.length; i += 4) {
    const a = patch[i];
    const b = patch[i + 1];
    const c = patch[i + 2];
    const d = patch[i + 3];
    const at = i * count;
    const more = at + 2 * count;
    for (let k = 0; k < count; k++)
      into[k] +=
        a * byPixel[at + k] +
        b * byPixel[at + count + k] +
        c * byPixel[more + k] +
        d * byPixel[more + count + k];
  }
  for (; i < patch.length; i++)
    for (let k = 0; k < count; k++) into[k] += patch[i] * byPixel[i * count + k];
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** In which cells each place along an axis counts: a place between two centres, in both. */
function sharesOf(size: number, cells: number): Share[][] {
  const centre = (cell: number) => ((cell + 0.5) * size) / cells - 0.5;
  return Array.from({ length: size }, (_, place) => {
    const shares: Share[] = [];
    for (let cell = 0; cell < cells; cell++) {
      // beyond the outermost centres there is no neighbour
      const outside =
        (cell === 0 && place <= Math.floor(centre(0))) ||
        (cell === cells - 1 && place >= Math.ceil(centre(cells - 1)));
      const near = 1 - (Math.abs(place - centre(cell)) * cells) / size;
      const share = outside ? 1 : Math.max(0, near);
      if (share > 0) shares.push({ cell, weight: (share * cells) / size });
    }
    return shares;
  });
}
