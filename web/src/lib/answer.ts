/** What the answer shows beside the numbers: a mistake, and the weights that decide it. */

import { imagesIn, largestConfusions, matrixOf, type Confusion } from './confusion.ts';
import type { Document, EvidenceModel, RungPage } from './document.ts';
import { evidenceOf } from './page.ts';
import { unpack } from './unpack.ts';

export interface Telling {
  mistake: Confusion;
  /** whether another kind of mistake is as frequent */
  tied: boolean;
  /** whether it is the only image that is misclassified */
  only: boolean;
  /** the model that makes it */
  rung: RungPage;
  /** an image of it, where the file holds one */
  image: number | null;
}

/** The most frequent mistake of a model, if it makes any. */
export function tellingMistake(report: Document, rung: RungPage): Telling | null {
  const [mistake, next] = largestConfusions(matrixOf(rung.test), 2) as (Confusion | undefined)[];
  if (!mistake) return null;
  const images = imagesIn(report.shown, rung, mistake.truth, mistake.predicted);
  return {
    mistake,
    tied: next?.count === mistake.count,
    only: !next && mistake.count === 1,
    rung,
    image: images.at(0) ?? null,
  };
}

/** The weights of a model that is linear in the pixels, else of the best one that is. */
export function weightsFor(report: Document, rung: RungPage): [RungPage, EvidenceModel] | null {
  // weights of pairs of pixels are no template
  const linear = (held: (EvidenceModel & { pairs?: unknown }) | null) => held && !held.pairs;
  const able = report.rungs.filter((each) => linear(evidenceOf(report, each)));
  able.sort((a, b) => b.test.accuracy - a.test.accuracy);
  const chosen = able.find((each) => each === rung) ?? able.at(0);
  const weights = chosen && evidenceOf(report, chosen);
  return chosen && weights ? [chosen, weights] : null;
}

/** The value at full colour for weights: the largest on pixels that are inked at all often. */
export function limitOf(planes: readonly Float32Array[], use: ReturnType<typeof unpack>): number {
  let limit = 0;
  for (const plane of planes)
    plane.forEach((weight, i) => {
      // of colours three weights stand for each pixel
      if (use[Math.floor((i * use.length) / plane.length)] >= OFTEN)
        limit = Math.max(limit, Math.abs(weight));
    });
  return limit || 1;
}

const OFTEN = 0.02; // share of the training images with ink there
