/** What follows from asking for a probability before a text is taken. */

import { answersAt, type Answers } from '../lib/thresholds.ts';
import { unpack } from '../lib/unpack.ts';
import type { RiskPage } from './document.ts';

/** The answers at each threshold, rising; at the first every image is answered. */
export function answersOf(risk: RiskPage): Answers[] {
  const [thresholds, answered, wrong] = [risk.thresholds, risk.answered, risk.wrong].map(unpack);
  return Array.from(thresholds, (threshold, i) =>
    answersAt(threshold, answered[0], answered[i], wrong[i]),
  );
}
