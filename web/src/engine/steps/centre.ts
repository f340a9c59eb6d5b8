import type { Given } from '../given.ts';
import { rounded } from '../intake/arithmetic.ts';
import { inkBack, inkOf, momentsOf, type Sides } from '../images/ink.ts';
import type { Values } from '../values.ts';
import type { Step } from './step.ts';

/** Ink moved by whole pixels until its centre of mass is in the middle. */
export function centre({ image: sides, shape }: Given): Step {
  const move = (image: Values, from: Values, back: boolean): Float64Array => {
    const { down, across } = moveOf(inkOf(image, sides), sides);
    const sign = back ? -1 : 1;
    return moved(from, sides, sign * down, sign * across);
  };
  return {
    shape,
    nature: 'local',
    homogeneous: true,
    forward: (image) => {
      const made = move(image, inkOf(image, sides), false);
      return image instanceof Uint8Array ? Uint8Array.from(made) : made;
    },
    back: (image, weights) => inkBack(image, sides, move(image, weights, true)),
  };
}

function moveOf(ink: Float64Array, sides: Sides): { down: number; across: number } {
  const { row, column } = momentsOf(ink, sides);
  return {
    down: rounded(row - (sides.height - 1) / 2),
    across: rounded(column - (sides.width - 1) / 2),
  };
}

/** The image read so many rows further down and columns further right. */
function moved(
  image: Values,
  { height, width, planes }: Sides,
  down: number,
  across: number,
): Float64Array {
  const made = new Float64Array(image.length);
  const line = width * planes;
  for (let row = 0; row < height; row++) {
    if (row + down < 0 || row + down >= height) continue;
    const [first, last] = [Math.max(0, -across), Math.min(width, width - across)];
    for (let i = first * planes; i < last * planes; i++)
      made[row * line + i] = image[(row + down) * line + i + across * planes];
  }
  return made;
}
