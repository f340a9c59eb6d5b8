/** The training images that a template is added up from, one by one. */

import type { TemplateOrigins } from '../lib/document.ts';
import { unpack } from '../lib/unpack.ts';

export interface Added {
  /** place among the tiles */
  tile: number;
  coefficient: number;
}

/**
 * The images with the largest coefficients of either side, the largest first: as many as there are
 * of one side, since no other image can be among so many. `at` is the place of the class.
 */
export function firstAdded(training: TemplateOrigins, at: number): Added[] {
  const [, sides, each] = training.largest.shape;
  const [tiles, coefficients] = [unpack(training.largest), unpack(training.coefficients)];
  const rows = unpack(training.rows);
  const from = sides * each * at;
  return Array.from({ length: sides * each }, (_, i) => ({
    tile: tiles[from + i],
    coefficient: coefficients[from + i],
  }))
    .filter(({ tile }) => tile >= 0)
    .sort(
      (a, b) => Math.abs(b.coefficient) - Math.abs(a.coefficient) || rows[a.tile] - rows[b.tile],
    )
    .slice(0, each);
}
