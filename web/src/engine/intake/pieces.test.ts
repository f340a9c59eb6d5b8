import { expect, test } from 'vitest';
import { grownByCross, grownBySquare, piecesOf } from './pieces.ts';

const mask = (...rows: string[]) => ({
  inside: Uint8Array.from(rows.join(''), (each) => Number(each === '#')),
  height: rows.length,
  width: rows[0].length,
});

test('pixels that touch at a corner are one piece, across the edge of a row they are not', () => {
  expect(piecesOf(mask('#..#', '.#..', '#..#')).sizes).toEqual([0, 3, 1, 1]);
});

test('a mask grows by four neighbours or by eight', () => {
  const dot = mask('....', '.#..', '....');
  expect(grownByCross(dot)).toEqual(mask('.#..', '###.', '.#..'));
  expect(grownBySquare(dot)).toEqual(mask('###.', '###.', '###.'));
});
