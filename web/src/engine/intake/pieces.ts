/** Connected pieces of a mask, and a mask grown by a pixel. */

export interface Mask {
  /** 1 inside, 0 outside. */
  readonly inside: Uint8Array;
  readonly height: number;
  readonly width: number;
}

export interface Pieces {
  /** Number of the piece of each pixel, 0 outside of all. */
  readonly pieces: Int32Array;
  /** Pixels of each piece, by its number. */
  readonly sizes: readonly number[];
}

/** The pieces of a mask; pixels that touch at a corner are together. */
export function piecesOf({ inside, height, width }: Mask): Pieces {
  const pieces = new Int32Array(inside.length);
  const sizes = [0];
  const open = new Int32Array(inside.length);
  for (let start = 0; start < inside.length; start++) {
    if (!inside[start] || pieces[start]) continue;
    const number = sizes.length;
    let [taken, found] = [0, 0];
    pieces[start] = number;
    open[found++] = start;
    while (taken < found) {
      const at = open[taken++];
      const row = Math.floor(at / width);
      const column = at - row * width;
      const right = Math.min(width - 1, column + 1);
      for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++)
        for (let x = Math.max(0, column - 1); x <= right; x++) {
          const next = y * width + x;
          if (!inside[next] || pieces[next]) continue;
          pieces[next] = number;
          open[found++] = next;
        }
    }
    sizes.push(found);
  }
  return { pieces, sizes };
}

/** The mask with the four neighbours of each of its pixels. */
export function grownByCross({ inside, height, width }: Mask): Mask {
  const across = grownAcross({ inside, height, width });
  const down = grownDown({ inside, height, width });
  for (let k = 0; k < down.inside.length; k++) down.inside[k] |= across.inside[k];
  return down;
}

/** The mask with the eight neighbours of each of its pixels. */
export function grownBySquare(mask: Mask): Mask {
  return grownDown(grownAcross(mask));
}

function grownAcross({ inside, height, width }: Mask): Mask {
  const made = inside.slice();
  for (let y = 0; y < height; y++)
    for (let k = y * width + 1; k < (y + 1) * width; k++) {
      made[k] |= inside[k - 1];
      made[k - 1] |= inside[k];
    }
  return { inside: made, height, width };
}

function grownDown({ inside, height, width }: Mask): Mask {
  const made = inside.slice();
  for (let k = width; k < inside.length; k++) {
    made[k] |= inside[k - width];
    made[k - width] |= inside[k];
  }
  return { inside: made, height, width };
}
