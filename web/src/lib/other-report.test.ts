import { expect, test } from 'vitest';
import { countsOf } from './counts.fixture.ts';
import type { Document } from './document.ts';
import {
  differing,
  imagesInBoth,
  readReportFile,
  recallsBeside,
  rungsBeside,
} from './other-report.ts';
import { bytes, ints } from './packed.fixture.ts';

interface Given {
  classes: string[];
  names?: string[];
  rows: number[];
  labels: number[];
  predicted: number[];
  matrix: number[][];
  rung?: string;
}

function report({ classes, names, rows, labels, predicted, matrix, rung = 'softmax' }: Given) {
  return {
    dataset: { class_names: classes, test_rows: 5 },
    shown: { names: names ?? null, rows: ints(rows), labels: bytes(labels) },
    rungs: [
      {
        name: rung,
        short: rung.toUpperCase(),
        predicted: bytes(predicted),
        test: { accuracy: 0.5, confusion: countsOf(matrix) },
      },
    ],
  } as unknown as Document;
}

const here = report({
  classes: ['a', 'b'],
  rows: [0, 2, 4],
  labels: [0, 1, 1],
  predicted: [0, 1, 0],
  matrix: [
    [3, 1],
    [0, 4],
  ],
});
// the same images, the classes in another order and one more of them
const there = report({
  classes: ['b', 'c', 'a'],
  rows: [4, 2, 1],
  labels: [0, 0, 2],
  predicted: [0, 2, 2],
  matrix: [
    [1, 0, 1],
    [0, 0, 0],
    [0, 0, 2],
  ],
  rung: 'ridge',
});

test('a report is read from its file, and what is none is said to be none', () => {
  const html = '<html><script type="application/json" id="linocut-document">null</script></html>';
  expect(readReportFile(html)).toEqual({ kind: 'empty' });
  expect(readReportFile('<html></html>').kind).toBe('unreadable');
});

test('models of either report are listed once', () => {
  expect(rungsBeside(here, there)).toEqual([
    { name: 'softmax', short: 'SOFTMAX', here: 0.5, there: null },
    { name: 'ridge', short: 'RIDGE', here: null, there: 0.5 },
  ]);
});

test('recalls are of the classes of one name, the largest difference first', () => {
  expect(recallsBeside(here, here.rungs[0], there, there.rungs[0])).toEqual([
    { name: 'b', label: 1, here: 1, there: 0.5 },
    { name: 'a', label: 0, here: 0.75, there: 1 },
  ]);
});

test('images are the same by their rows, and predictions differ by the names of classes', () => {
  const pairs = imagesInBoth(here, there);
  expect(pairs).toEqual([
    { here: 1, there: 1 },
    { here: 2, there: 0 },
  ]);
  expect(differing(pairs ?? [], here, here.rungs[0], there, there.rungs[0])).toEqual([
    { here: 1, there: 1, said: 'b', saidThere: 'a' },
    { here: 2, there: 0, said: 'a', saidThere: 'b' },
  ]);
});

test('images of one name are the same whatever their rows', () => {
  const one = { ...here, shown: { ...here.shown, names: ['x/1.png', 'x/2.png', 'y/1.png'] } };
  const two = { ...there, shown: { ...there.shown, names: ['y/1.png', 'z.png', 'x/1.png'] } };
  expect(imagesInBoth(one, two)).toEqual([
    { here: 0, there: 2 },
    { here: 2, there: 0 },
  ]);
});

test('rows of other images are not taken for the same', () => {
  const other = { ...there, shown: { ...there.shown, labels: bytes([2, 2, 2]) } };
  expect(imagesInBoth(here, other)).toBeNull();
  const longer = { ...there, dataset: { ...there.dataset, test_rows: 6 } };
  expect(imagesInBoth(here, longer)).toBeNull();
});
