import type { Given } from '../given.ts';
import { rounded } from '../intake/arithmetic.ts';
import { momentsOf, type Sides } from '../images/ink.ts';
import { onInk } from './on-ink.ts';
import type { Step } from './step.ts';

/** Ink moved by whole pixels until its centre of mass is in the middle. */
export function centre(given: Given): Step {
  const { image: sides } = given;
  return onInk(given, {
    forward: (ink) => {
      const { down, across } = moveOf(ink, sides);
      return moved(ink, sides, down, across);
    },
    back: (ink, weights) => {
      const { down, across } = moveOf(ink, sides);
      return moved(weights, sides, -down, -across);
    },
  });
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
  image: Float64Array,
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
