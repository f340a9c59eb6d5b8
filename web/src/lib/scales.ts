import type { Axis, Scale } from './chart.ts';
import { percentNumber, percentTick } from './format.ts';

/** Shares along an axis, in per cent without more digits than its ticks need. */
export function sharesScale(axis: Axis, title: string): Scale {
  return { axis, title, format: percentTick };
}

/** A threshold on a probability, with the digits that it has. */
export function probabilityText(share: number): string {
  const whole = Math.abs(100 * share - Math.round(100 * share)) < 1e-9;
  return `${percentNumber(share, whole ? 0 : 2)}\u202f%`;
}
