import { expect, test } from 'vitest';
import { account, meanLedger } from './evidence.ts';
import { shifted } from './shift.ts';

// Two classes, two pixels in colour.
const model = {
  weights: { values: Float32Array.of(1, -1, 2, 0, 3, -4, 0, 0, 0, 0, 0, 0), size: 6 },
  intercepts: Float32Array.of(0.5, 0),
  pairs: null,
};
const ink = [1, 1, 0.5, 1, 1, 1];

test('evidence of a pixel is that of its planes together, and adds up to the margin', () => {
  const ledger = account(model, ink, 0, 1, 3);
  expect([...ledger.pixels]).toEqual([1, -1]);
  expect([...(ledger.values ?? [])]).toEqual([1, -1, 1, 0, 3, -4]);
  expect([ledger.favouring, ledger.opposing, ledger.margin]).toEqual([1, -1, 0.5]);
  expect([...(meanLedger([ledger, ledger]).values ?? [])]).toEqual([1, -1, 1, 0, 3, -4]);
});

test('all planes of an image move together', () => {
  const image = { ink, height: 1, width: 2 };
  expect([...shifted(image, { down: 0, right: 1 })]).toEqual([0, 0, 0, 1, 1, 0.5]);
});
