/** One image on its way through the steps of a model, to its scores and back to its pixels. */

import { directionOf, ledgerOf, type Ledger } from '../model/evidence.ts';
import { Accounting, accountedFrom, accountOf, type Account } from './accounting.ts';
import { ModelError, demand } from './error.ts';
import type { Head } from './head.ts';
import { sizeAfter, type Placed } from './pipeline.ts';
import { sizeOf, type Shape, type Values } from './values.ts';
import { described } from './vocabulary.ts';

export interface StepInfo {
  readonly name: string;
  readonly kind: string;
  /** what it makes of the image, in plain words */
  readonly title: string;
  /** whether what it makes is among the prepared images */
  readonly toImage: boolean;
  /** whether the model still makes sense of images without it */
  readonly removable: boolean;
}

/** An image before or after a step that makes images of images. */
export interface Prepared {
  /** of the step that made it; empty for the raw one */
  readonly name: string;
  readonly image: Uint8Array | Float64Array;
  readonly height: number;
  readonly width: number;
}

export interface Run {
  /** the raw image, and what each image-to-image step made of the one before */
  readonly prepared: readonly Prepared[];
  readonly scores: Float64Array;
  readonly probabilities: number[];
  /**
   * Why class `row` rather than `rival` (null: than the average of all): what each pixel of the last
   * prepared image adds. A `ModelError` where `Model.account` is of the kind none.
   */
  evidence(row: number, rival: number | null): Ledger;
  /**
   * By how much that margin grows with each pixel of the last prepared image: exact where the model
   * is linear or quadratic, else with the factors that the image has held fixed.
   */
  weights(row: number, rival: number | null): Float64Array;
  /** The same run with another image in the place of the last prepared one. */
  with(image: Float64Array): Run;
}

export class Runner {
  readonly steps: readonly StepInfo[];
  readonly account: Account;
  private readonly placed: readonly Placed[];
  private readonly head: Head;
  private readonly shape: Shape;
  private readonly probabilities: (scores: Float64Array) => number[];
  private readonly accounting: Accounting | null;

  constructor(
    placed: readonly Placed[],
    head: Head,
    shape: Shape,
    probabilities: (scores: Float64Array) => number[],
  ) {
    this.placed = placed;
    this.head = head;
    this.shape = shape;
    this.probabilities = probabilities;
    this.steps = placed.map((each, i) => infoOf(each, placed[i - 1]?.step.shape ?? shape));
    this.account = accountOf(placed, this.planes === 3);
    const from = accountedFrom(placed);
    const size = sizeAfter(placed.slice(0, from), shape);
    this.accounting =
      this.account.kind === 'none' ? null : new Accounting(placed.slice(from), size);
  }

  run(image: Uint8Array, off: ReadonlySet<string> = new Set()): Run {
    demand(
      image.length === sizeOf(this.shape),
      `An image of ${image.length} bytes is none that the model takes — ${this.shape.join(' × ')}.`,
    );
    const used = this.placed.filter(({ name }, i) => !(off.has(name) && this.steps[i].removable));
    const from = accountedFrom(used);
    const [height, width] = this.shape;
    const prepared: Prepared[] = [{ name: '', image, height, width }];
    let x: Values = image;
    for (const { name, step } of used.slice(0, from)) {
      x = step.forward(x);
      const [height, width] = step.shape;
      prepared.push({ name, image: x, height, width });
    }
    return this.onward(prepared, used.slice(from));
  }

  /** Run the steps after the preparation. */
  private onward(prepared: readonly Prepared[], steps: readonly Placed[]): Run {
    const last = prepared[prepared.length - 1];
    const inputs: Values[] = [];
    const features = steps.reduce((x: Values, { step }) => {
      inputs.push(x);
      return step.forward(x);
    }, last.image);
    const scores = this.head.scores(features);
    const shares = (row: number, rival: number | null) => directionOf(scores.length, row, rival);
    return {
      prepared,
      scores,
      probabilities: this.probabilities(scores),
      evidence: (row, rival) => {
        const direction = shares(row, rival);
        const weights = this.accountable.back(steps, inputs, this.head.mixed(direction), 'midway');
        return this.ledger(last.image, weights, direction, scores);
      },
      weights: (row, rival) =>
        this.accountable.back(steps, inputs, this.head.mixed(shares(row, rival)), 'here'),
      with: (image) => this.onward([...prepared.slice(0, -1), { ...last, image }], steps),
    };
  }

  private ledger(
    image: Values,
    weights: Float64Array,
    direction: Float64Array,
    scores: Float64Array,
  ): Ledger {
    const values = weights.map((weight, i) => (image[i] === 0 ? 0 : weight * image[i]));
    const margin = direction.reduce((sum, share, k) => sum + share * scores[k], 0);
    const blank = values.reduce((left, value) => left - value, margin);
    return ledgerOf(values, blank, this.planes);
  }

  private get accountable(): Accounting {
    if (!this.accounting) throw new ModelError(this.account.sentence);
    return this.accounting;
  }

  private get planes(): 1 | 3 {
    return this.shape.length > 2 ? 3 : 1;
  }
}

function infoOf({ name, kind, step }: Placed, before: Shape): StepInfo {
  const { title, prepares = false, removable = false } = described(kind);
  const alike = String(step.shape) === String(before);
  return { name, kind, title, toImage: prepares, removable: removable && alike };
}
