import type { Given } from '../given.ts';
import { momentsOf, type Sides } from '../images/ink.ts';
import { sampled, sampledBack, type Places } from '../images/sampling.ts';
import { onInk } from './on-ink.ts';
import type { Step } from './step.ts';

const f32 = Math.fround;
const MOST = 2.5; // times that an image is stretched or squeezed

interface Usual {
  readonly height: number;
  readonly width: number;
  /** from 0, which leaves sizes as they are, to 1, which makes them the usual ones */
  readonly strength: number;
}

/** Ink sheared upright, moved into the middle, and brought near the usual height and width. */
export function normaliseMoments(given: Given): Step {
  const { image: sides } = given;
  const usual = {
    height: given.number('height_'),
    width: given.number('width_'),
    strength: given.number('strength', 0.8),
  };
  return onInk(given, {
    forward: (ink) => sampled(ink, sides, placesOf(ink, sides, usual)),
    back: (ink, weights) => sampledBack(weights, sides, placesOf(ink, sides, usual)),
  });
}

/** Where each pixel is read. */
function placesOf(ink: Float64Array, sides: Sides, usual: Usual): Places {
  const { height, width } = sides;
  const moments = momentsOf(ink, sides);
  const down = ratioOf(moments.height, usual.height, usual.strength);
  const across = ratioOf(moments.uprightWidth, usual.width, usual.strength);
  const rows = new Float32Array(height * width);
  const columns = new Float32Array(height * width);
  for (let row = 0, at = 0; row < height; row++) {
    const y = f32(down * (row - (height - 1) / 2));
    const lean = f32(f32(moments.column) + f32(moments.shear * y));
    for (let column = 0; column < width; column++, at++) {
      rows[at] = f32(moments.row) + y;
      columns[at] = lean + f32(across * (column - (width - 1) / 2));
    }
  }
  return { rows, columns };
}

/** How many pixels of the image one of the result stands for. */
function ratioOf(size: number, usual: number, strength: number): number {
  const ratio = size > 0 && usual > 0 ? f32(size / f32(usual)) : 1;
  return f32(Math.min(f32(MOST), Math.max(f32(1 / MOST), ratio)) ** strength);
}
