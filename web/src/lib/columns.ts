/** The columns of the table of models: which say anything, and what they say. */

import { largestConfusions, matrixOf, type Confusion } from './confusion.ts';
import type { RungPage } from './document.ts';
import { bytes, count, percentNumber, setting, significant } from './format.ts';

export interface Column {
  title: string;
  /** what it is exactly */
  note: string;
  /** whether it is there before more are asked for */
  first: boolean;
  text: (rung: RungPage) => string;
}

export function topConfusion(rung: RungPage): Confusion | undefined {
  return largestConfusions(matrixOf(rung.test), 1).at(0);
}

/** The settings of a model by name, as one text. */
export function settings(rung: RungPage): string {
  return Object.entries(rung.chosen)
    .map(([name, value]) => `${name} ${setting(value)}`)
    .join(', ');
}

/** Seconds without their unit, to two digits below ten. */
function duration(value: number): string {
  return value < 0.0095 ? '<0.01' : value < 9.95 ? value.toPrecision(2) : count(value);
}

function columns(digits: number): Column[] {
  const column = (
    title: string,
    note: string,
    text: (rung: RungPage) => string,
    first = false,
  ): Column => ({ title, note, text, first });
  return [
    column('Seconds', 'from images to scores', (rung) => duration(rung.total_seconds), true),
    column('Parameters', 'numbers that the model keeps', (rung) => count(rung.parameters), true),
    column('Validation', 'accuracy on the validation part, %; used for choosing', (rung) =>
      percentNumber(rung.validation_accuracy, digits),
    ),
    column('Log loss', 'nats per test image', (rung) =>
      rung.log_loss === null ? '–' : significant(rung.log_loss),
    ),
    column('Fit, s', 'the weights only', (rung) => duration(rung.fit_seconds)),
    column('Size', 'of the parameters', (rung) => bytes(rung.bytes)),
    column('Linear', 'in its features', (rung) => (rung.linear ? 'yes' : 'no')),
    column('Chosen', 'on the validation part', (rung) => settings(rung) || '–'),
  ];
}

/** The columns that differ between these models; with one model, those that say anything. */
export function tellingColumns(rungs: readonly RungPage[], digits: number): Column[] {
  return columns(digits).filter(({ text }) => {
    const told = new Set(rungs.map(text));
    return rungs.length > 1 ? told.size > 1 : !told.has('–');
  });
}
