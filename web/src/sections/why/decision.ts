import type { EvidenceModel } from '../../lib/document.ts';
import type { Linear } from '../../model/evidence.ts';

/** What a model makes of one image: what the figures on its reasons start from. */
export interface Decision {
  model: EvidenceModel;
  linear: Linear;
  /** of each pixel, 0 for paper to 1 for full ink, row by row */
  ink: Float64Array;
  /** rows of the scores, from the largest; the first is the prediction */
  order: readonly number[];
  scores: readonly number[];
  /** row of the true class, −1 where the model does not know it */
  truth: number;
  /** name of the class of a row */
  name: (row: number) => string;
}

/** The rival that is asked about first: the true class of a mistake, else the runner-up. */
export function usualRival({ order, truth }: Decision): number {
  return truth >= 0 && truth !== order[0] ? truth : (order[1] ?? order[0]);
}
