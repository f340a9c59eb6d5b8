/** What a model makes of an image at every shift by a few pixels; see model/shift.ts. */

import type { Model } from '../../engine/model.ts';
import { Breath } from '../../lib/breath.ts';
import { ranked } from '../../model/evidence.ts';
import { shiftAt, type ShiftMap } from '../../model/shift.ts';
import { moved } from './moved.ts';

/** Pixels by which an image is shifted at most. */
export function tippingRadius({ height, width }: { height: number; width: number }): number {
  return Math.max(1, Math.min(4, Math.min(height, width) - 1));
}

/**
 * What is predicted of a drawing, rotated, at every shift from where it was drawn, and the margin of
 * class `row` over the best other. Null once `stale` says that no one waits for it.
 */
export async function tippingMap(
  model: Model,
  drawing: Uint8Array,
  degrees: number,
  off: ReadonlySet<string>,
  row: number,
  stale: () => boolean,
): Promise<ShiftMap | null> {
  const radius = tippingRadius(model);
  const count = (2 * radius + 1) ** 2;
  const predicted = new Int32Array(count);
  const margins = new Float64Array(count);
  const breath = new Breath();
  for (let at = 0; at < count; at++) {
    const image = moved(drawing, model, { ...shiftAt(at, radius), degrees });
    const scores = Array.from(model.run(image, off).scores);
    const [first, second] = ranked(scores);
    predicted[at] = first;
    margins[at] = scores[row] - scores[first === row ? second : first];
    if (!breath.isDue) continue;
    await breath.take();
    if (stale()) return null;
  }
  const kept = predicted.filter((k) => k === row).length / count;
  return { radius, predicted, margins, kept };
}
