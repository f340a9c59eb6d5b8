/** What a model makes of one shown image: each class's score and probability. */

import type { Document, EvidenceModel, Likely, RungPage } from '../lib/document.ts';
import { probability } from '../lib/format.ts';
import { rowOf } from '../lib/inflate.ts';
import { evidenceOf } from '../lib/page.ts';
import { planesOf } from '../lib/stack.ts';
import { unpack, type Numbers } from '../lib/unpack.ts';
import { probabilitiesOf, scoresOf, type PixelModel } from './evidence.ts';

export interface Standing {
  /** position among the class names */
  label: number;
  /** null where the page cannot compute it */
  score: number | null;
  /** null where it is too small to be kept */
  probability: number | null;
}

const models = new WeakMap<EvidenceModel, Promise<PixelModel>>();

/** What the page computes a model's scores by, unpacked once. */
export function pixelModelOf(report: Document, evidence: EvidenceModel): Promise<PixelModel> {
  let model = models.get(evidence);
  if (!model) models.set(evidence, (model = unpacked(report, evidence)));
  return model;
}

async function unpacked(
  { stacks }: Document,
  { stack, pairs, intercepts }: EvidenceModel,
): Promise<PixelModel> {
  return {
    weights: await planesOf(stacks[stack]),
    intercepts: unpack(intercepts),
    pairs: pairs && {
      measured: await planesOf(stacks[pairs.measured]),
      products: await planesOf(stacks[pairs.products]),
    },
  };
}

/** How the classes stand for a shown image with this ink, the most probable first. */
export async function standingsOf(
  report: Document,
  rung: RungPage,
  index: number,
  ink: ArrayLike<number>,
): Promise<Standing[]> {
  const evidence = evidenceOf(report, rung);
  if (evidence) return computed(evidence, await pixelModelOf(report, evidence), ink);
  return rung.likely ? kept(rung.likely, index) : [];
}

/** The standings by the scores that a model gives to this ink. */
export function computed(
  { link, temperature, classes }: EvidenceModel,
  model: PixelModel,
  ink: ArrayLike<number>,
): Standing[] {
  const scores = scoresOf(model, ink);
  const shares = probabilitiesOf(scores, link, temperature);
  return classes
    .map((label, row) => ({ label, score: scores[row], probability: shares[row] }))
    .sort((a, b) => b.score - a.score || a.label - b.label);
}

const starts = new WeakMap<Likely, Promise<Int32Array>>();

async function kept(likely: Likely, index: number): Promise<Standing[]> {
  let all = starts.get(likely);
  if (!all) starts.set(likely, (all = rowOf(likely.filled).then(startsOf)));
  const [from, to] = (await all).subarray(index, index + 2);
  const labels = (await rowOf(likely.classes)).subarray(from, to);
  const shares = (await rowOf(likely.shares)).subarray(from, to);
  return Array.from(labels, (label, i) => ({
    label,
    score: null,
    probability: probability(shares[i]),
  }));
}

/** Where what each of several rows holds begins, and where the last one ends. */
export function startsOf(filled: Numbers | Int8Array | Int16Array): Int32Array {
  const starts = new Int32Array(filled.length + 1);
  filled.forEach((held, i) => (starts[i + 1] = starts[i] + held));
  return starts;
}
