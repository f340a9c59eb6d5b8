/** The report's tables as plain rows, unrounded. */

import { classMetrics, isMeasured, matrixOf, type Matrix } from '../confusion.ts';
import type { Document, RungPage } from '../document.ts';
import type { Table } from './tables.ts';

/** One row a model. */
export function ladderTable({ rungs }: Document): Table {
  const settings = [...new Set(rungs.flatMap(({ chosen }) => Object.keys(chosen)))];
  return {
    header: [
      'model',
      'title',
      'accuracy',
      'interval from',
      'interval to',
      'validation accuracy',
      'training accuracy',
      'log loss',
      'fit seconds',
      'total seconds',
      'parameters',
      'bytes',
      'linear',
      ...settings,
    ],
    rows: rungs.map((rung) => [
      rung.name,
      rung.title,
      rung.test.accuracy,
      ...rung.interval,
      rung.validation_accuracy,
      isMeasured(rung.train) ? rung.train.accuracy : null,
      rung.log_loss,
      rung.fit_seconds,
      rung.total_seconds,
      rung.parameters,
      rung.bytes,
      rung.linear ? 'yes' : 'no',
      ...settings.map((name) => (name in rung.chosen ? String(rung.chosen[name]) : null)),
    ]),
  };
}

/** One row a class. */
export function classTable({ dataset }: Document, rung: RungPage): Table {
  const parts = (['test', 'train'] as const).filter((part) => isMeasured(rung[part]));
  const metrics = parts.map((part) => classMetrics(matrixOf(rung[part])));
  return {
    header: [
      'class',
      ...parts.flatMap((part) =>
        ['precision', 'recall', 'F1', 'images'].map((measure) => `${part} ${measure}`),
      ),
    ],
    rows: dataset.class_names.map((name, k) => [
      name,
      ...metrics.flatMap((of) => [
        ...[of[k].precision, of[k].recall, of[k].f1].map((value) =>
          Number.isNaN(value) ? null : value,
        ),
        of[k].support,
      ]),
    ]),
  };
}

/** One row a true class, one column a predicted class, in counts of images; rejected ones last. */
export function confusionTable(
  { dataset }: Document,
  matrix: Matrix,
  rejected: readonly number[] | null = null,
): Table {
  const { class_names } = dataset;
  return {
    header: ['true \\ predicted', ...class_names, ...(rejected ? ['rejected'] : [])],
    rows: class_names.map((name, truth) => [
      name,
      ...class_names.map((_, predicted) => matrix.at(truth, predicted)),
      ...(rejected ? [rejected[truth]] : []),
    ]),
  };
}

/** One row a class: how many images it has in each part. */
export function balanceTable({ dataset }: Document): Table {
  return {
    header: ['class', 'training images', 'test images'],
    rows: dataset.class_names.map((name, k) => [
      name,
      dataset.train_counts[k] ?? 0,
      dataset.test_counts[k] ?? 0,
    ]),
  };
}
