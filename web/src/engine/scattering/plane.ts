/**
 * Scattering of one plane of an image, and the way back; see linocut.features.scattering_gradient.
 *
 * All of it but the modulus is linear, so the way back is the same products, transposed, in the
 * reverse order. With its phase held fixed, a modulus is linear, too; and so is a root, once what it
 * divides by is.
 */

import { passageOf, smoothing, type Bank, type Passage } from './filters.ts';
import { Fourier } from './fourier.ts';

export interface PlaneOptions {
  readonly height: number;
  readonly width: number;
  /** whether square roots of the coefficients are made */
  readonly root: boolean;
  /** whether the first of them, the local mean, is none all the same */
  readonly signed: boolean;
}

/** Wavelets of one size on the grid of another: what came out, and how to get there. */
interface Waves {
  readonly j: number;
  /** complex answers to the last image, maps of 2^j */
  readonly maps: Fourier;
  /** what of them is taken back, so that they can be taken back again */
  readonly work: Fourier;
  readonly passages: readonly Passage[];
  /** moduli of the maps; on the way back, weights on them */
  readonly moduli: Float64Array;
  /** where the coefficients of each map stand among all */
  readonly paths: Int32Array;
}

/** The moduli of one size, whose spectra the larger wavelets are applied to. */
interface Inner {
  readonly spectra: Fourier;
  readonly larger: readonly Waves[];
}

export class Plane {
  /** maps of coefficients, each `rows` × `columns` */
  readonly paths: number;
  readonly rows: number;
  readonly columns: number;
  private readonly options: PlaneOptions;
  private readonly N: number;
  private readonly image: Fourier;
  private readonly padded: Float64Array;
  private readonly firsts: readonly Waves[];
  private readonly inners: readonly Inner[];
  private readonly matrices: readonly Float64Array[];
  private readonly half: Float64Array;
  private readonly made: Float64Array;

  constructor(bank: Bank, options: PlaneOptions) {
    const { J, L, order, N } = bank;
    this.options = options;
    this.N = N;
    this.rows = Math.ceil(options.height / 2 ** J);
    this.columns = Math.ceil(options.width / 2 ** J);
    this.image = new Fourier(N, 1);
    this.padded = new Float64Array(N * N);
    const sizes = Array.from({ length: order ? J : 0 }, (_, j) => j);
    this.firsts = sizes.map((j) => firstWaves(bank, j));
    this.inners = sizes.slice(0, order > 1 ? -1 : 0).map((j) => innerOf(bank, j));
    this.paths = 1 + sizes.length * L + (order > 1 ? (L * L * J * (J - 1)) / 2 : 0);
    this.matrices = Array.from({ length: J }, (_, r) => smoothing(bank, N >> r, N >> J));
    this.half = new Float64Array(this.rows * N * Math.max(1, L * L));
    this.made = new Float64Array(this.paths * this.rows * this.columns);
  }

  /** The coefficients, path by path, each a map row by row; the array is used again. */
  forward(plane: Float64Array): Float64Array {
    const { image, padded, N } = this;
    const { height, width } = this.options;
    padded.fill(0);
    for (let row = 0; row < height; row++)
      padded.set(plane.subarray(row * width, (row + 1) * width), row * N);
    this.smooth(padded, 0, 1, MEAN);
    image.re.set(padded);
    image.im.fill(0);
    image.forward();
    for (const waves of this.firsts) {
      answer(image, waves, 1);
      this.smooth(waves.moduli, waves.j, waves.passages.length, waves.paths);
    }
    this.inners.forEach(({ spectra, larger }, j) => {
      spectra.re.set(this.firsts[j].moduli);
      spectra.im.fill(0);
      spectra.forward();
      for (const waves of larger) {
        answer(spectra, waves, spectra.count);
        this.smooth(waves.moduli, waves.j, waves.paths.length, waves.paths);
      }
    });
    this.takeRoots();
    return this.made;
  }

  /** Weights on the coefficients of the last image as weights on its pixels. */
  back(weights: Float64Array): Float64Array {
    const { image, padded, N } = this;
    const { height, width } = this.options;
    const g = this.beforeRoots(weights);
    image.clear();
    this.firsts.forEach((waves, j) => {
      this.smoothBack(g, waves.j, waves.passages.length, waves.paths, waves.moduli);
      if (j < this.inners.length) this.addLarger(g, this.inners[j], waves.moduli);
      answerBack(image, waves, 1);
    });
    image.backward();
    this.smoothBack(g, 0, 1, MEAN, padded);
    const back = new Float64Array(height * width);
    for (let row = 0, at = 0; row < height; row++)
      for (let column = 0; column < width; column++, at++)
        back[at] = padded[row * N + column] + image.re[row * N + column];
    return back;
  }

  /** Add what the larger wavelets say of the moduli of one size. */
  private addLarger(g: Float64Array, { spectra, larger }: Inner, onModuli: Float64Array): void {
    spectra.clear();
    for (const waves of larger) {
      this.smoothBack(g, waves.j, waves.paths.length, waves.paths, waves.moduli);
      answerBack(spectra, waves, spectra.count);
    }
    spectra.backward();
    for (let i = 0; i < onModuli.length; i++) onModuli[i] += spectra.re[i];
  }

  /** Smooth maps on the grid of 2^r, and note what is read as coefficients. */
  private smooth(maps: Float64Array, r: number, count: number, paths: Int32Array): void {
    const { rows, columns, half, made } = this;
    const A = this.matrices[r];
    const n = this.N >> r;
    const line = count * n;
    for (let row = 0; row < rows; row++) {
      const at = row * line;
      half.fill(0, at, at + line);
      for (let y = 0; y < n; y++) addTimes(A[row * n + y], maps, y * line, half, at, line);
    }
    for (let map = 0; map < count; map++)
      for (let row = 0; row < rows; row++) {
        const from = row * line + map * n;
        for (let column = 0; column < columns; column++) {
          let sum = 0;
          for (let x = 0; x < n; x++) sum += A[column * n + x] * half[from + x];
          made[(paths[map] * rows + row) * columns + column] = sum;
        }
      }
  }

  /** Weights on coefficients as weights on the maps that they were read from. */
  private smoothBack(
    g: Float64Array,
    r: number,
    count: number,
    paths: Int32Array,
    onMaps: Float64Array,
  ): void {
    const { rows, columns, half } = this;
    const A = this.matrices[r];
    const n = this.N >> r;
    const line = count * n;
    half.fill(0, 0, rows * line);
    for (let map = 0; map < count; map++)
      for (let row = 0; row < rows; row++) {
        const to = row * line + map * n;
        for (let column = 0; column < columns; column++) {
          const weight = g[(paths[map] * rows + row) * columns + column];
          for (let x = 0; x < n; x++) half[to + x] += A[column * n + x] * weight;
        }
      }
    for (let y = 0; y < n; y++) {
      const to = y * line;
      onMaps.fill(0, to, to + line);
      for (let row = 0; row < rows; row++)
        addTimes(A[row * n + y], half, row * line, onMaps, to, line);
    }
  }

  /** Where the coefficients of which no root is taken end. */
  private get plain(): number {
    const { root, signed } = this.options;
    return root ? (signed ? this.rows * this.columns : 0) : this.made.length;
  }

  private takeRoots(): void {
    const { made } = this;
    for (let i = this.plain; i < made.length; i++) made[i] = Math.sqrt(Math.max(made[i], 0));
  }

  /** Weights on roots as weights on what they are taken of: a root is what it is of over itself. */
  private beforeRoots(weights: Float64Array): Float64Array {
    const g = weights.slice();
    for (let i = this.plain; i < g.length; i++) g[i] = this.made[i] > 0 ? g[i] / this.made[i] : 0;
    return g;
  }
}

const MEAN = Int32Array.of(0);

function addTimes(
  weight: number,
  values: Float64Array,
  from: number,
  onto: Float64Array,
  to: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) onto[to + i] += weight * values[from + i];
}

function firstWaves(bank: Bank, j: number): Waves {
  const { L, N } = bank;
  const [n, m] = [N, N >> j];
  return {
    j,
    maps: new Fourier(m, L),
    work: new Fourier(m, L),
    passages: bank.wavelets[j].map((each) => passageOf(each, N, { n, count: 1 }, { m, counts: L })),
    moduli: new Float64Array(m * m * L),
    paths: Int32Array.from({ length: L }, (_, k) => 1 + j * L + k),
  };
}

function innerOf(bank: Bank, j: number): Inner {
  const { J, L, N } = bank;
  const n = N >> j;
  // In the order of the paths: sizes j, directions, larger sizes, their directions.
  const before = 1 + J * L + L * L * (j * (J - 1) - (j * (j - 1)) / 2);
  const larger = Array.from({ length: J - 1 - j }, (_, i) => {
    const m = N >> (j + 1 + i);
    return {
      j: j + 1 + i,
      maps: new Fourier(m, L * L),
      work: new Fourier(m, L * L),
      passages: bank.wavelets[j + 1 + i].map((each) =>
        passageOf(each, N, { n, count: L }, { m, counts: L * L }),
      ),
      moduli: new Float64Array(m * m * L * L),
      paths: Int32Array.from(
        { length: L * L },
        (_, map) => before + (Math.floor(map / L) * (J - 1 - j) + i) * L + (map % L),
      ),
    };
  });
  return { spectra: new Fourier(n, L), larger };
}

/** Filter spectra of `count` maps by all wavelets of a size: complex answers and their moduli. */
function answer(spectra: Fourier, { maps, passages, moduli }: Waves, count: number): void {
  maps.clear();
  for (let map = 0, to = 0; map < count; map++)
    for (const passage of passages) {
      passOn(passage, spectra.re, map * spectra.side, maps.re, to);
      passOn(passage, spectra.im, map * spectra.side, maps.im, to);
      to += maps.side;
    }
  maps.backward();
  const { re, im } = maps;
  for (let i = 0; i < moduli.length; i++) moduli[i] = Math.sqrt(re[i] * re[i] + im[i] * im[i]);
}

/** Add weights on the moduli, taken back through the wavelets, to those on the spectra. */
function answerBack(spectra: Fourier, waves: Waves, count: number): void {
  const { maps, work, passages, moduli } = waves;
  phased(maps.re, maps.im, moduli, work.re, work.im);
  work.forward();
  for (let map = 0, from = 0; map < count; map++)
    for (const passage of passages) {
      takeBack(passage, work.re, from, spectra.re, map * spectra.side);
      takeBack(passage, work.im, from, spectra.im, map * spectra.side);
      from += maps.side;
    }
}

/** Weights on moduli as weights on complex numbers, along their phases. */
function phased(
  re: Float64Array,
  im: Float64Array,
  weights: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
): void {
  for (let i = 0; i < weights.length; i++) {
    const size = Math.sqrt(re[i] * re[i] + im[i] * im[i]);
    const along = size > 0 ? weights[i] / size : 0;
    toRe[i] = along * re[i];
    toIm[i] = along * im[i];
  }
}

function passOn(
  { from, to, factors }: Passage,
  spectrum: Float64Array,
  source: number,
  passed: Float64Array,
  target: number,
): void {
  for (let i = 0; i < factors.length; i++)
    passed[to[i] + target] += factors[i] * spectrum[from[i] + source];
}

function takeBack(
  { from, to, factors }: Passage,
  passed: Float64Array,
  target: number,
  spectrum: Float64Array,
  source: number,
): void {
  for (let i = 0; i < factors.length; i++)
    spectrum[from[i] + source] += factors[i] * passed[to[i] + target];
}
