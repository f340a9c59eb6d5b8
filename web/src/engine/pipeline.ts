/** The steps of a model file, one after the other. */

import { demand } from './error.ts';
import { Given, type StepDocument } from './given.ts';
import type { Contents } from './safetensors.ts';
import { featureUnion } from './steps/feature-union.ts';
import type { Step } from './steps/step.ts';
import { sizeOf, type Shape, type Values } from './values.ts';
import { KINDS } from './vocabulary.ts';

const VIEWS = 'feature-union';

/** A step and what it is called. */
export interface Placed {
  readonly name: string;
  readonly kind: string;
  readonly step: Step;
  /** the kinds in it that are affine but for factors of the image */
  readonly through: readonly string[];
}

/** Make the steps that a file describes, for images of a shape. */
export function makeSteps(
  documents: readonly StepDocument[],
  tensors: Contents['tensors'],
  shape: Shape,
  within = '',
): Placed[] {
  const made: Placed[] = [];
  for (const document of documents) {
    const placed = place(document, tensors, shape, within);
    made.push(placed);
    shape = placed.step.shape;
  }
  return made;
}

function place(
  document: StepDocument,
  tensors: Contents['tensors'],
  shape: Shape,
  within: string,
): Placed {
  const { name, kind } = document;
  if (kind === VIEWS && document.views && !within) {
    const views = document.views.map((view) => ({
      weight: view.weight,
      chain: new Chain(makeSteps(view.steps, tensors, shape, `${name}/${view.name}/`)),
    }));
    const through = views.flatMap(({ chain }) => chain.steps.flatMap((each) => each.through));
    return { name, kind, step: featureUnion(views), through };
  }
  demand(
    Object.hasOwn(KINDS, kind),
    `This model file has a step of the kind “${kind}”, which is not known here — update linocut.`,
  );
  const step = KINDS[kind].make(new Given(document, tensors, within, shape));
  return { name, kind, step, through: step.nature === 'local' ? [kind] : [] };
}

/** Steps that are called in turn, and remember what went into each of them. */
export class Chain {
  readonly steps: readonly Placed[];
  private inputs: Values[] = [];

  constructor(steps: readonly Placed[]) {
    demand(steps.length > 0, 'This model file is damaged: one of its views has no steps.');
    this.steps = steps;
  }

  get shape(): Shape {
    return this.steps[this.steps.length - 1].step.shape;
  }

  forward(x: Values): Values {
    this.inputs = [];
    return this.steps.reduce((input, { step }) => {
      this.inputs.push(input);
      return step.forward(input);
    }, x);
  }

  back(x: Values, weights: Float64Array): Float64Array {
    if (this.inputs[0] !== x) this.forward(x);
    return this.steps.reduceRight((g, { step }, i) => step.back(this.inputs[i], g), weights);
  }
}

/** How many numbers come out of steps that images of a shape go into. */
export function sizeAfter(steps: readonly Placed[], shape: Shape): number {
  return sizeOf(steps.at(-1)?.step.shape ?? shape);
}
