/** Reading a grid of shares: one for each pair of conditions. */

import type { Grid } from './document.ts';
import { percent, percentRange } from './format.ts';
import type { Cell } from './roving.ts';
import { unpack } from './unpack.ts';
import { wilson } from './wilson.ts';

/** The share of images correctly classified in a cell. */
export function shareAt({ values, columns }: Grid, { row, column }: Cell): number {
  return unpack(values)[row * columns.length + column];
}

/** That share in words, with its interval: "97.2 % correct (96.0 % to 98.1 %)". */
export function told(grid: Grid, cell: Cell): string {
  const share = shareAt(grid, cell);
  const bounds = wilson(Math.round(share * grid.images), grid.images);
  return `${percent(share)} correct (${percentRange(bounds)})`;
}
