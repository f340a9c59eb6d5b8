import { expect, test } from 'vitest';
import { csv } from './csv.ts';
import { fileName } from './download.ts';

test('a table keeps what would break its lines and columns', () => {
  expect(
    csv(
      ['a', 'b'],
      [
        ['x,"y"', 0.25],
        ['one\ntwo', null],
      ],
    ),
  ).toBe('a,b\r\n"x,""y""",0.25\r\n"one\ntwo",\r\n');
});

test('a file name keeps letters of every script and nothing else', () => {
  expect(fileName(['Fashion/MNIST: T-shirt', 'ಕನ್ನಡ'], 'csv')).toBe(
    'fashion-mnist-t-shirt-ಕನ್ನಡ.csv',
  );
  expect(fileName(['…'], 'svg')).toBe('linocut.svg');
});
