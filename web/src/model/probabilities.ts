/** The probabilities that a model gives to all shown images. */

import type { Probabilities } from '../lib/decisions.ts';
import type { Document, Likely, RungPage } from '../lib/document.ts';
import { probability } from '../lib/format.ts';
import { rowOf } from '../lib/inflate.ts';
import { evidenceOf } from '../lib/page.ts';
import { inksOf } from '../lib/sprite.ts';
import { probabilitiesOf, scoresOf } from './evidence.ts';
import { pixelModelOf, startsOf } from './outlook.ts';

const MOST = 20_000_000; // numbers, which take 80 MB

const held = new WeakMap<RungPage, Promise<Probabilities>>();

/** Whether all probabilities can be had at once. */
export function hasAllProbabilities({ shown, dataset, evidence }: Document, rung: RungPage) {
  const numbers = shown.sprite.count * dataset.class_names.length;
  const known = rung.likely !== null || evidence.some(({ rung: name }) => name === rung.name);
  return known && numbers <= MOST;
}

/** The probabilities of all shown images, computed or unpacked once. */
export function allProbabilities(report: Document, rung: RungPage): Promise<Probabilities> {
  let found = held.get(rung);
  if (!found) held.set(rung, (found = probabilities(report, rung)));
  return found;
}

async function probabilities(report: Document, rung: RungPage): Promise<Probabilities> {
  const { shown, dataset } = report;
  const classes = dataset.class_names.length;
  const values = new Float32Array(shown.sprite.count * classes);
  const evidence = evidenceOf(report, rung);
  if (evidence) {
    const model = await pixelModelOf(report, evidence);
    await inksOf(shown.sprite, dataset.planes, (ink, i) => {
      const shares = probabilitiesOf(scoresOf(model, ink), evidence.link, evidence.temperature);
      shares.forEach((share, row) => (values[i * classes + evidence.classes[row]] = share));
    });
  } else if (rung.likely) await unpackInto(values, classes, rung.likely);
  return { values, classes };
}

async function unpackInto(values: Float32Array, classes: number, likely: Likely) {
  const starts = startsOf(await rowOf(likely.filled));
  const [labels, shares] = await Promise.all([rowOf(likely.classes), rowOf(likely.shares)]);
  for (let i = 0; i + 1 < starts.length; i++)
    for (let at = starts[i]; at < starts[i + 1]; at++)
      values[i * classes + labels[at]] = probability(shares[at]);
}
