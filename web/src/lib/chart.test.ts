import { describe, expect, test } from 'vitest';
import { accuracyAxis, climb, placeLabels, secondsAxis, thinned } from './chart.ts';

describe('the accuracy axis', () => {
  const axis = accuracyAxis([0.63, 0.92, 0.984], 10_000);

  test('gives equal steps to equal factors of the errors', () => {
    const step = axis.at(0.98) - axis.at(0.96);
    expect(axis.at(0.96) - axis.at(0.92)).toBeCloseTo(step);
    expect(axis.at(0.92) - axis.at(0.84)).toBeCloseTo(step);
  });

  test('holds what it was made for, rising to the right', () => {
    const places = [0.63, 0.92, 0.984].map(axis.at);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places)).toBeLessThanOrEqual(1);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
  });

  test('has round ticks inside', () => {
    expect(axis.ticks.map((tick) => Math.round(100 * tick))).toEqual([70, 80, 90, 95, 97, 98]);
    for (const tick of axis.ticks) expect(axis.at(tick)).toBeGreaterThanOrEqual(0);
  });

  test('survives a model without any mistake, and one with nothing else', () => {
    const perfect = accuracyAxis([1, 1], 360);
    expect(Number.isFinite(perfect.at(1))).toBe(true);
    const hopeless = accuracyAxis([0], 10);
    expect(Number.isFinite(hopeless.at(0))).toBe(true);
  });
});

describe('the axis of seconds', () => {
  test('ticks at decades over a long span', () => {
    expect(secondsAxis([0.01, 100]).ticks).toEqual([0.01, 0.1, 1, 10, 100]);
  });

  test('has ticks even for a single model', () => {
    const axis = secondsAxis([3]);
    expect(axis.ticks.length).toBeGreaterThan(1);
    expect(axis.at(3)).toBeCloseTo(0.5);
  });

  test('takes a time of zero', () => {
    expect(Number.isFinite(secondsAxis([0, 1]).at(0))).toBe(true);
  });
});

test('thinned ticks keep their distance', () => {
  const axis = accuracyAxis([0.2, 0.999], 10_000);
  const kept = thinned(axis, 0.1).map(axis.at);
  for (let i = 1; i < kept.length; i++)
    expect(kept[i] - kept[i - 1]).toBeGreaterThanOrEqual(0.1 - 1e-9);
});

test('labels of neighbouring points neither overlap nor cover a point', () => {
  const points = [
    { x: 50, y: 50 },
    { x: 54, y: 51 },
    { x: 60, y: 49 },
  ];
  const boxes = placeLabels(points, 15, 5, { x: 0, y: 0, width: 200, height: 200 });
  const apart = (a: (typeof boxes)[0], b: (typeof boxes)[0]) =>
    a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
  for (let i = 0; i < boxes.length; i++) {
    for (let j = 0; j < i; j++) expect(apart(boxes[i], boxes[j])).toBe(true);
    for (const { x, y } of points)
      expect(apart(boxes[i], { x: x - 4, y: y - 4, width: 8, height: 8 })).toBe(true);
  }
});

test('the climb leaves out what a faster model beats', () => {
  const points = [
    { seconds: 1, accuracy: 0.9 },
    { seconds: 2, accuracy: 0.8 },
    { seconds: 0.5, accuracy: 0.6 },
    { seconds: 9, accuracy: 0.99 },
  ];
  expect(climb(points).map(({ seconds }) => seconds)).toEqual([0.5, 1, 9]);
});
