import { expect, test } from 'vitest';
import { Fourier } from './fourier.ts';

/** Numbers that repeat in no simple way. */
const value = (i: number) => Math.sin(1 + 12.9898 * i) * 3;

/** One frequency (u down, v across) of one map, by the definition. */
function frequency(side: number, count: number, map: number, u: number, v: number) {
  let [re, im] = [0, 0];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const angle = (-2 * Math.PI * (u * y + v * x)) / side;
      const at = (y * count + map) * side + x;
      re += value(at) * Math.cos(angle) - value(at + 0.5) * Math.sin(angle);
      im += value(at) * Math.sin(angle) + value(at + 0.5) * Math.cos(angle);
    }
  return { re, im };
}

function filled(side: number, count: number): Fourier {
  const maps = new Fourier(side, count);
  for (let i = 0; i < maps.re.length; i++) [maps.re[i], maps.im[i]] = [value(i), value(i + 0.5)];
  return maps;
}

test.each([1, 2, 4, 5, 6, 8, 9, 10, 14, 16])('maps of side %i are transformed', (side) => {
  const [count, map] = [3, 1];
  const maps = filled(side, count);
  maps.forward();
  for (const [u, v] of [
    [0, 0],
    [1 % side, 0],
    [side - 1, Math.floor(side / 2)],
  ]) {
    const { re, im } = frequency(side, count, map, u, v);
    // spectra lie with their columns first
    const at = (v * count + map) * side + u;
    expect(maps.re[at]).toBeCloseTo(re, 9);
    expect(maps.im[at]).toBeCloseTo(im, 9);
  }
});

test.each([1, 5, 8, 12, 32, 40])('there and back, maps of side %i are what they were', (side) => {
  const maps = filled(side, 2);
  maps.forward();
  maps.backward();
  for (let i = 0; i < maps.re.length; i += 7) {
    expect(maps.re[i] / side ** 2).toBeCloseTo(value(i), 9);
    expect(maps.im[i] / side ** 2).toBeCloseTo(value(i + 0.5), 9);
  }
});
