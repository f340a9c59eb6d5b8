import { expect, test } from 'vitest';
import { tellingColumns } from './columns.ts';
import type { RungPage } from './document.ts';

function rung(change: Partial<RungPage>): RungPage {
  return {
    total_seconds: 1,
    fit_seconds: 0.5,
    parameters: 650,
    validation_accuracy: 0.9,
    log_loss: null,
    bytes: 2600,
    linear: true,
    chosen: {},
    ...change,
  } as RungPage;
}

const titles = (...rungs: RungPage[]) => tellingColumns(rungs, 1).map(({ title }) => title);

test('a column that is the same for all models is left out', () => {
  expect(titles(rung({}), rung({ total_seconds: 2 }))).toEqual(['Seconds']);
  expect(titles(rung({}), rung({ linear: false }))).toEqual(['Linear']);
});

test('a column that is empty for some models only is kept', () => {
  expect(titles(rung({}), rung({ log_loss: 0.3 }))).toEqual(['Log loss']);
  expect(titles(rung({}), rung({ chosen: { C: 10 } }))).toEqual(['Chosen']);
});

test('one model has the columns that say anything', () => {
  expect(titles(rung({}))).toEqual([
    'Seconds',
    'Parameters',
    'Validation',
    'Fit, s',
    'Size',
    'Linear',
  ]);
});
