/**
 * Evidence of any model: what each pixel adds to a margin, exactly. Weights on the features are taken
 * back to the image, step by step; see linocut.explain.
 *
 * Through products the weights are those at the middle between an image and the blank one: a square f
 * has f(x) − f(0) = ∇f(x/2) · x, which shares what two pixels add together half and half.
 */

import type { Placed } from './pipeline.ts';
import type { Nature } from './steps/step.ts';
import { floats, sizeOf, type Values } from './values.ts';
import { described } from './vocabulary.ts';

/** How exactly the score of an image splits into its pixels. */
export interface Account {
  readonly kind: 'linear' | 'quadratic' | 'local' | 'none';
  readonly sentence: string;
  /** what it is that stays of a margin once all pixels are taken off it: a ledger's `blank` */
  readonly rest: 'blank page' | 'black image' | 'thresholds and intercepts';
}

/** Where evidence begins: after all steps that no weights are taken back through. */
export function accountedFrom(steps: readonly Placed[]): number {
  return steps.findLastIndex(({ kind }) => described(kind).prepares) + 1;
}

/** How scores are accounted for, with `steps` the whole pipeline. */
export function accountOf(steps: readonly Placed[], colour: boolean): Account {
  const from = accountedFrom(steps);
  const accounted = steps.slice(from);
  const { local } = parted(accounted);
  const ink = colour ? 'value' : 'ink';
  const blank = colour ? 'black image' : 'blank page';
  const products = count(accounted, 'products');
  const mixedUp = steps.slice(0, from).some(({ kind }) => !described(kind).prepares);
  if (mixedUp || count(accounted, 'opaque') || count(local, 'products') || products > 1)
    return { kind: 'none', sentence: 'This model cannot be split into pixels.', rest: blank };
  if (local.length) {
    const factors = joined(local.flatMap(({ through }) => through));
    const sentence = `Exact for this image: with the factors that ${factors} here, each pixel adds its weight times its ${ink}.`;
    const homogeneous = local.every(({ step }) => step.nature !== 'local' || step.homogeneous);
    return { kind: 'local', sentence, rest: homogeneous ? blank : 'thresholds and intercepts' };
  }
  if (products) {
    const sentence = `Exact: every pixel adds its weight times its ${ink}, and what two pixels add together is shared half and half.`;
    return { kind: 'quadratic', sentence, rest: blank };
  }
  return {
    kind: 'linear',
    sentence: `Exact: every pixel adds its weight times its ${ink}.`,
    rest: blank,
  };
}

/** Weights taken back through the accounted steps of a model. */
export class Accounting {
  /** what goes into each step with products when nothing goes into the affine steps around it */
  private readonly blanks = new Map<Placed, Float64Array>();

  constructor(steps: readonly Placed[], inputSize: number) {
    const { local, affine } = parted(steps);
    const last = local.at(-1);
    let blank: Values = new Float64Array(last ? sizeOf(last.step.shape) : inputSize);
    for (const placed of affine) {
      if (placed.step.nature === 'products') this.blanks.set(placed, floats(blank));
      blank = placed.step.forward(blank);
    }
  }

  /**
   * Weights on what comes out of steps, for what went into each, as weights on the first input.
   * Through products either midway between blank and image, which shares them out, or here, at the
   * image, which is the gradient.
   */
  back(
    steps: readonly Placed[],
    inputs: readonly Values[],
    weights: Float64Array,
    where: 'midway' | 'here',
  ): Float64Array {
    return steps.reduceRight((g, placed, i) => {
      const blank = where === 'midway' ? this.blanks.get(placed) : undefined;
      const at = blank ? blank.map((value, j) => (value + inputs[i][j]) / 2) : inputs[i];
      return placed.step.back(at, g);
    }, weights);
  }
}

/** The steps up to the last whose factors depend on the image, and those after it. */
function parted(steps: readonly Placed[]): { local: readonly Placed[]; affine: readonly Placed[] } {
  const curved = steps.findLastIndex(({ step }) => step.nature === 'local') + 1;
  return { local: steps.slice(0, curved), affine: steps.slice(curved) };
}

function count(steps: readonly Placed[], nature: Nature): number {
  return steps.filter(({ step }) => step.nature === nature).length;
}

/** Kinds as the subject of a sentence and its verb: "scattering has", "a, b and c have". */
function joined(kinds: readonly string[]): string {
  const names = [...new Set(kinds)].map((kind) => kind.replaceAll('-', ' '));
  const last = names.pop() ?? '';
  return names.length ? `${names.join(', ')} and ${last} have` : `${last} has`;
}
