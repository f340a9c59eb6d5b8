import { expect, test } from 'vitest';
import { matrixOf } from '../confusion.ts';
import { countsOf } from '../counts.fixture.ts';
import type { Document, PartMetrics, RungPage } from '../document.ts';
import { balanceTable, classTable, confusionTable, ladderTable } from './reported.ts';

const test_ = {
  accuracy: 0.123456789,
  confusion: countsOf([
    [3, 1],
    [0, 2],
  ]),
} as PartMetrics;
const unmeasured = {
  accuracy: 0,
  confusion: countsOf([
    [0, 0],
    [0, 0],
  ]),
} as PartMetrics;
const rung = {
  name: 'softmax',
  title: 'Softmax',
  test: test_,
  train: unmeasured,
  interval: [0.1, 0.2],
  validation_accuracy: 0.5,
  log_loss: null,
  fit_seconds: 0.0123,
  total_seconds: 1,
  parameters: 7850,
  bytes: 31400,
  linear: true,
  chosen: { C: 0.1 },
} as unknown as RungPage;
const report = {
  dataset: { class_names: ['a', 'b'], train_counts: [5, 6], test_counts: [4, 2] },
  rungs: [rung, { ...rung, name: 'mean', chosen: {} }],
} as unknown as Document;

test('the ladder is written unrounded, with the settings of every model', () => {
  const { header, rows } = ladderTable(report);
  const of = (row: number, name: string) => rows[row][header.indexOf(name)];
  expect(of(0, 'accuracy')).toBe(0.123456789);
  expect(of(0, 'interval to')).toBe(0.2);
  expect(of(0, 'training accuracy')).toBeNull();
  expect(of(0, 'C')).toBe('0.1');
  expect(of(1, 'C')).toBeNull();
  expect(rows.every((row) => row.length === header.length)).toBe(true);
});

test('classes are written for the parts that were measured', () => {
  const { header, rows } = classTable(report, rung);
  expect(header).toEqual(['class', 'test precision', 'test recall', 'test F1', 'test images']);
  expect(rows[1]).toEqual(['b', 2 / 3, 1, 0.8, 2]);
});

test('a figure of a class that is not defined is left empty', () => {
  const never = {
    ...test_,
    confusion: countsOf([
      [4, 0],
      [2, 0],
    ]),
  };
  const { rows } = classTable(report, { ...rung, test: never });
  expect(rows[1]).toEqual(['b', null, 0, 0, 2]);
});

test('a confusion matrix is written as counts', () => {
  const { header, rows } = confusionTable(report, matrixOf(test_));
  expect(header).toEqual(['true \\ predicted', 'a', 'b']);
  expect(rows).toEqual([
    ['a', 3, 1],
    ['b', 0, 2],
  ]);
});

test('the balance of the classes is written as counts', () => {
  expect(balanceTable(report).rows).toEqual([
    ['a', 5, 4],
    ['b', 6, 2],
  ]);
});

test('rejected images have a column of their own', () => {
  const { header, rows } = confusionTable(report, matrixOf(test_), [4, 2]);
  expect(header.at(-1)).toBe('rejected');
  expect(rows.map((row) => row.at(-1))).toEqual([4, 2]);
});
