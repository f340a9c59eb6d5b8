/** The training images next to one test image, as the document holds them. */

import type { Neighbours, Packed } from '../lib/document.ts';
import { unpack } from '../lib/unpack.ts';

export interface Neighbour {
  /** place among the tiles */
  tile: number;
  /** position of its class */
  label: number;
  /** its distance, or its part of the margin */
  value: number;
}

export interface Neighbourhood {
  /** position of the class that the predicted one is held against */
  rival: number;
  nearest: Neighbour[];
  towards: Neighbour[];
  away: Neighbour[];
}

/** What is held of a row of the test part; null where nothing is. */
export function neighboursOf(held: Neighbours, row: number): Neighbourhood | null {
  const at = unpack(held.of).indexOf(row);
  if (at < 0) return null;
  const labels = unpack(held.labels);
  const some = (places: Packed, values: Packed, from: number, many: number): Neighbour[] => {
    const tiles = unpack(places).subarray(from, from + many);
    return Array.from(tiles, (tile, i) => ({
      tile,
      label: labels[tile],
      value: unpack(values)[from + i],
    })).filter(({ tile }) => tile >= 0);
  };
  const [near, pulls] = [held.nearest.shape[1], held.pulls.shape[2]];
  return {
    rival: unpack(held.rivals)[at],
    nearest: some(held.nearest, held.distances, at * near, near),
    towards: some(held.pulls, held.evidence, 2 * at * pulls, pulls),
    away: some(held.pulls, held.evidence, (2 * at + 1) * pulls, pulls),
  };
}
