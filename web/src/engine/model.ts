/** A model file, run on images: the same arithmetic as in Python, without any of its parts. */

import { probabilitiesOf } from '../model/evidence.ts';
import type { Account } from './accounting.ts';
import { readDocument, type Decisions, type Link, type Provenance } from './document.ts';
import { ModelError, demand } from './error.ts';
import { Head } from './head.ts';
import type { Intake } from './intake/intake.ts';
import { makeSteps, sizeAfter } from './pipeline.ts';
import { Runner, type Prepared, type Run, type StepInfo } from './run.ts';
import { unpack, type Contents } from './safetensors.ts';
import { floats, sizeOf } from './values.ts';

export { ModelError };
export type { Account, Decisions, Intake, Link, Prepared, Provenance, Run, StepInfo };

export interface Model {
  /** classes, in the order of the scores */
  readonly names: readonly string[];
  readonly height: number;
  readonly width: number;
  /** 1 for grey images; 3 for red, green and blue, pixel by pixel */
  readonly planes: 1 | 3;
  /** how any image becomes the bytes that `run` takes; see intake/ */
  readonly intake: Intake;
  readonly steps: readonly StepInfo[];
  /** what a margin is: the log of the probability ratio, or a score */
  readonly unit: string;
  readonly link: Link;
  readonly temperature: number;
  /** null where the most probable class is predicted, whatever its probability */
  readonly decisions: Decisions | null;
  readonly provenance: Provenance;
  readonly account: Account;
  /** Scores of an image of height · width · planes bytes; `off`: removable steps to leave out. */
  run(image: Uint8Array, off?: ReadonlySet<string>): Run;
  /** images that came with the file, and the scores that Python gave them */
  readonly parity: { readonly images: Uint8Array[]; readonly scores: Float64Array[] };
}

/** The model in the bytes of a file, or a `ModelError` that says what is wrong with them. */
export function readModel(bytes: ArrayBuffer): Model {
  const contents = unpack(bytes);
  try {
    return modelOf(contents);
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    // a field of another form than any linocut wrote
    throw new ModelError('This model file is damaged: its parts do not fit together.', { cause });
  }
}

function modelOf({ document, tensors }: Contents): Model {
  const { names, intake, steps, link, temperature, decisions, provenance } = readDocument(
    document,
    tensors,
  );
  const [height, width] = intake.shape;
  const planes = intake.colour ? 3 : 1;
  const shape = planes === 3 ? [height, width, planes] : [height, width];
  // First, because it shows that images are no larger than those in the file.
  const parity = parityOf(tensors, sizeOf(shape), names.length);
  const placed = makeSteps(steps, tensors, shape);
  const runner = new Runner(
    placed,
    new Head(tensors, names.length, sizeAfter(placed, shape)),
    shape,
    (scores) => probabilitiesOf([...scores], link, temperature),
  );
  return {
    names,
    height,
    width,
    planes,
    intake,
    steps: runner.steps,
    unit: link === 'softmax' ? 'log of the probability ratio' : 'score',
    link,
    temperature,
    decisions,
    provenance,
    account: runner.account,
    run: (image, off) => runner.run(image, off),
    parity,
  };
}

function parityOf(tensors: Contents['tensors'], pixels: number, classes: number): Model['parity'] {
  const inputs = tensors.get('parity.inputs')?.values;
  const scores = tensors.get('parity.scores')?.values;
  demand(
    inputs instanceof Uint8Array && scores?.length === (inputs.length / pixels) * classes,
    'This model file is damaged: its test images and their scores do not belong together.',
  );
  const each = Array.from({ length: inputs.length / pixels }, (_, i) => i);
  return {
    images: each.map((i) => inputs.subarray(i * pixels, (i + 1) * pixels)),
    scores: each.map((i) => floats(scores.subarray(i * classes, (i + 1) * classes))),
  };
}
