/** What follows from asking for a probability before a text is taken. */

import { wilson, type Share } from '../lib/wilson.ts';
import { unpack } from '../lib/unpack.ts';
import type { RiskPage } from './document.ts';

export interface Answers {
  readonly threshold: number;
  readonly answered: number;
  readonly wrong: number;
  /** of all images */
  readonly coverage: number;
  /** wrong among the answered */
  readonly risk: Share;
}

/** The answers at each threshold, rising; at the first every image is answered. */
export function answersOf(risk: RiskPage, images: number): Answers[] {
  const [thresholds, answered, wrong] = [risk.thresholds, risk.answered, risk.wrong].map(unpack);
  return Array.from(thresholds, (threshold, i) => ({
    threshold,
    answered: answered[i],
    wrong: wrong[i],
    coverage: answered[i] / images,
    risk: wilson(wrong[i], answered[i]),
  }));
}
