/** What a model file's JSON document says beside its steps; see linocut.modelfile.document. */

import { demand } from './error.ts';
import { decoded, type StepDocument } from './given.ts';
import { intakeOf, type Intake, type IntakeDocument } from './intake/intake.ts';
import { isObject, type Contents } from './safetensors.ts';

/** How scores become probabilities; see linocut.core.links. */
export type Link = 'softmax' | 'sigmoids' | 'none';

/** What is predicted, given probabilities; see linocut.core.decisions. */
export interface Decisions {
  /** least probability at which each class is accepted */
  readonly thresholds: readonly number[] | null;
  /** cost of predicting class j of an image of class i, and in one column more of rejecting it */
  readonly costs: readonly (readonly number[])[] | null;
  /** what is said of an image for which no class is predicted */
  readonly rejected: string;
}

/** Where a model came from, as far as it is known. */
export interface Provenance {
  readonly dataset: string;
  readonly source: string;
  readonly rung: string;
  readonly title: string;
  readonly rows: number;
  readonly test_rows: number;
  /** of the test images, with its 95 % interval */
  readonly accuracy: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly chosen: Readonly<Record<string, unknown>>;
  readonly version: string;
  readonly created: string;
}

export interface ReadDocument {
  readonly names: readonly string[];
  readonly intake: Intake;
  readonly steps: readonly StepDocument[];
  readonly link: Link;
  readonly temperature: number;
  readonly decisions: Decisions | null;
  readonly provenance: Provenance;
}

const LINKS: readonly unknown[] = ['softmax', 'sigmoids', 'none'];

/** The parts of a document, looked over. */
export function readDocument(
  document: Contents['document'],
  tensors: Contents['tensors'],
): ReadDocument {
  demand(
    !('lines' in document),
    'This file holds a reader of strings, which cannot be run here — open the model of single images.',
  );
  demand(
    !('rows' in document),
    'This file holds a model of rows of numbers, which cannot be run here — open a model of images.',
  );
  const { classes, intake, linear, provenance, steps, temperature } = document;
  const names = isObject(classes) ? classes.names : null;
  demand(areTexts(names) && names.length > 1, damaged('names of classes'));
  demand(isIntake(intake), damaged('description of images'));
  demand(isObject(linear) && LINKS.includes(linear.link), damaged('description of probabilities'));
  demand(Array.isArray(steps) && steps.every(isStep), damaged('list of steps'));
  demand(typeof temperature === 'number' && temperature > 0, damaged('temperature'));
  demand(isObject(provenance), damaged('provenance'));
  const integers = isObject(classes) && classes.integers === true;
  return {
    names,
    intake: intakeOf(intake),
    steps,
    link: linear.link as Link,
    temperature,
    decisions: decisionsOf(document, tensors, names.length, integers ? '-1' : 'rejected'),
    provenance: Object.fromEntries(
      Object.entries(provenance).map(([name, value]) => [name, decoded(value)]),
    ) as unknown as Provenance,
  };
}

function decisionsOf(
  document: Contents['document'],
  tensors: Contents['tensors'],
  classes: number,
  called: string,
): Decisions | null {
  const { thresholds: hasThresholds, decisions: more } = document;
  const thresholds = hasThresholds === true ? tensors.get('thresholds') : undefined;
  const costs = isObject(more) && more.costs === true ? tensors.get('costs') : undefined;
  if (!thresholds && !costs) return null;
  demand(
    (thresholds?.values.length ?? classes) === classes && (costs?.shape[0] ?? classes) === classes,
    damaged('rule of decisions'),
  );
  const columns = (costs?.values.length ?? 0) / classes;
  return {
    thresholds: thresholds ? [...thresholds.values] : null,
    costs: costs
      ? Array.from({ length: classes }, (_, i) => [
          ...costs.values.subarray(i * columns, (i + 1) * columns),
        ])
      : null,
    rejected: isObject(more) && typeof more.rejected === 'string' ? more.rejected : called,
  };
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isIntake(value: unknown): value is IntakeDocument {
  if (!isObject(value) || !Array.isArray(value.shape) || value.shape.length !== 2) return false;
  return value.shape.every((side) => Number.isSafeInteger(side) && Number(side) > 0);
}

function isStep(value: unknown): value is StepDocument {
  return isObject(value) && typeof value.name === 'string' && typeof value.kind === 'string';
}

function damaged(what: string): string {
  return `This model file is damaged: its ${what} cannot be read.`;
}
