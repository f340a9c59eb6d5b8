import { expect, test } from 'vitest';
import {
  account,
  meanLedger,
  odds,
  probabilitiesOf,
  ranked,
  scoresOf,
  type PixelModel,
} from './evidence.ts';

const model: PixelModel = {
  weights: { values: Float32Array.of(1, -2, 0.5, 4, 0, 3, -1, 1, 2, 2, -3, 0.25), size: 4 },
  intercepts: Float32Array.of(0.5, -1, 0.25),
  pairs: null,
};
// two measurements, z = (ink₀ + ink₂, 2 ink₃), and three numbers of each Q
const squared: PixelModel = {
  ...model,
  pairs: {
    measured: { values: Float32Array.of(1, 0, 1, 0, 0, 0, 0, 2), size: 4 },
    products: { values: Float32Array.of(1, 0.5, -1, 0, 2, 0, -1, 0, 3), size: 3 },
  },
};
const ink = [0.5, 0, 1, 0.25];

test('the parts add up to the difference of the scores', () => {
  const scores = scoresOf(model, ink);
  for (const [a, b] of [
    [0, 1],
    [2, 0],
    [1, 2],
  ]) {
    const ledger = account(model, ink, a, b);
    expect(ledger.margin).toBeCloseTo(scores[a] - scores[b], 10);
    const sum = ledger.pixels.reduce((total, value) => total + value, ledger.blank);
    expect(sum).toBeCloseTo(ledger.margin, 10);
    expect(ledger.favouring).toBeGreaterThanOrEqual(0);
    expect(ledger.opposing).toBeLessThanOrEqual(0);
  }
});

test('pairs of measurements add to the scores', () => {
  // z = (1.5, 0.5): 1 · 2.25 + 2 · 0.5 · 0.75 − 0.25
  expect(scoresOf(squared, ink)[0] - scoresOf(model, ink)[0]).toBeCloseTo(2.75, 10);
});

test('what pairs of pixels add is shared so that it still adds up', () => {
  const scores = scoresOf(squared, ink);
  for (const [a, b] of [
    [0, 1],
    [2, 0],
  ]) {
    const ledger = account(squared, ink, a, b);
    expect(ledger.margin).toBeCloseTo(scores[a] - scores[b], 10);
    expect(ledger.pixels[1]).toBe(0);
  }
});

test('the mean of several ledgers adds up to the mean margin', () => {
  const other = [1, 0.5, 0, 0];
  const ledgers = [account(model, ink, 0, 1), account(model, other, 0, 1)];
  const mean = meanLedger(ledgers);
  expect(mean.margin).toBeCloseTo((ledgers[0].margin + ledgers[1].margin) / 2, 12);
  expect(mean.pixels[1]).toBeCloseTo(ledgers[1].pixels[1] / 2, 12);
});

test('probabilities are those of the link', () => {
  expect(probabilitiesOf([0, Math.log(3)], 'softmax', 1)[1]).toBeCloseTo(0.75, 12);
  expect(probabilitiesOf([0, 2 * Math.log(3)], 'none', 2)[1]).toBeCloseTo(0.75, 12);
  expect(probabilitiesOf([0, Math.log(3)], 'sigmoids', 1)[1]).toBeCloseTo(0.6, 12);
  expect(probabilitiesOf([-800, -800], 'sigmoids', 1)).toEqual([0.5, 0.5]);
});

test('the class average is a rival too', () => {
  const scores = scoresOf(model, ink);
  const mean = (scores[0] + scores[1] + scores[2]) / 3;
  expect(account(model, ink, 1, null).margin).toBeCloseTo(scores[1] - mean, 10);
});

test('a pixel without ink counts exactly nothing', () => {
  expect(account(model, ink, 0, 1).pixels[1]).toBe(0);
});

test('the other way round it is the opposite', () => {
  const one = account(model, ink, 0, 2);
  const other = account(model, ink, 2, 0);
  expect(other.margin).toBeCloseTo(-one.margin, 12);
  expect(other.favouring).toBeCloseTo(-one.opposing, 12);
});

test('scores are ranked from the largest', () => {
  expect(ranked([0.1, 3, -2, 3])).toEqual([1, 3, 0, 2]);
});

test('odds are said as people say them', () => {
  expect(odds(0)).toBe('1.0 to 1');
  expect(odds(-Math.log(67))).toBe('67 to 1');
  expect(odds(30)).toBe('more than a million to 1');
});
