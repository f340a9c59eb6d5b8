/** Morlet wavelets and the Gaussian that smooths, in the Fourier domain; see linocut.features.wavelets. */

const f32 = Math.fround;
const CENTRE = (3 * Math.PI) / 4; // frequency of the smallest wavelet, radians a pixel
const WIDTH = 0.8; // of the smallest wavelet's envelope, pixels
const SLANT = 4; // an envelope is 4/L times as wide along the stroke as across it
const REPEATS = 2; // copies of a filter's spectrum on either side that are summed
const FAR = -30; // exponent below which a bell adds nothing that is seen in a float
const NOTHING = 1e-9; // of its largest value, below which nothing of a filter is seen in a double

/** Filters on a grid of N × N pixels, N a multiple of 2^J. */
export interface Bank {
  readonly J: number;
  readonly L: number;
  readonly order: number;
  /** side of the padded image */
  readonly N: number;
  /** of size 2^j and direction k at [j][k], real, row by row */
  readonly wavelets: readonly (readonly Float64Array[])[];
  /** the Gaussian along one axis */
  readonly smooth: Float64Array;
}

const banks = new Map<string, Bank>();

/** The filters for images of up to `side` pixels; made once. */
export function bankOf(J: number, L: number, order: number, side: number): Bank {
  const key = [J, L, order, side].join();
  const bank = banks.get(key) ?? makeBank(J, L, order, side);
  banks.set(key, bank);
  return bank;
}

function makeBank(J: number, L: number, order: number, side: number): Bank {
  const step = 2 ** J;
  // Room for the largest wavelet, so that the edges of an image do not meet around the back.
  const N = Math.ceil((side + Math.floor(step / 2)) / step) * step;
  const wavelets = Array.from({ length: J }, (_, j) =>
    Array.from({ length: L }, (_, k) =>
      morlet(N, WIDTH * 2 ** j, CENTRE / 2 ** j, (Math.PI * k) / L, SLANT / L),
    ),
  );
  return { J, L, order, N, wavelets, smooth: gaussian(N, WIDTH * 2 ** (J - 1)) };
}

/** Frequencies of an axis, each with its copies on either side, radians. */
function frequencies(N: number): number[][] {
  return Array.from({ length: N }, (_, k) => {
    const whole = (2 * Math.PI * (k < N / 2 ? k : k - N)) / N;
    return Array.from({ length: 2 * REPEATS + 1 }, (_, i) => whole + 2 * Math.PI * (i - REPEATS));
  });
}

/** The first column of the spectrum of a Gaussian of sum 1 on a periodic grid. */
function gaussian(N: number, sigma: number): Float64Array {
  const bell = frequencies(N).map((copies) =>
    copies.reduce((sum, w) => sum + Math.exp(-0.5 * sigma ** 2 * w ** 2), 0),
  );
  return Float64Array.from(bell, (value) => f32(value * bell[0]));
}

/** The spectrum of a Morlet wavelet: a wave in an envelope, less what gives it a mean. */
function morlet(N: number, sigma: number, centre: number, angle: number, slant: number) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const axis = frequencies(N);
  const envelope = (shift: number) => {
    const bell = new Float64Array(N * N);
    for (let y = 0, at = 0; y < N; y++)
      for (let x = 0; x < N; x++, at++)
        for (const wy of axis[y])
          for (const wx of axis[x]) {
            const along = cos * wx + sin * wy - shift;
            const across = (-sin * wx + cos * wy) / slant;
            const exponent = -0.5 * sigma ** 2 * (along ** 2 + across ** 2);
            if (exponent > FAR) bell[at] += Math.exp(exponent);
          }
    return bell;
  };
  const [wave, bell] = [envelope(centre), envelope(0)];
  const share = wave[0] / bell[0];
  return wave.map((value, i) => f32(value - share * bell[i]));
}

/** Where the middle `n` of `N` frequencies stand among all. */
function middle(n: number, N: number): Int32Array {
  return Int32Array.from({ length: n }, (_, k) => (k < n / 2 ? k : N - n + k));
}

/**
 * A filter as what it passes on: from a frequency of maps on one grid to one on a coarser grid, for
 * reading every few pixels only folds the spectrum. Places are those of `Fourier`.
 */
export interface Passage {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** transforms there and back included */
  readonly factors: Float64Array;
}

/** What a wavelet passes on, of maps of n × n among `count` to maps of m × m among `counts`. */
export function passageOf(
  wavelet: Float64Array,
  N: number,
  { n, count }: { n: number; count: number },
  { m, counts }: { m: number; counts: number },
): Passage {
  const keep = middle(n, N);
  const largest = wavelet.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const [from, to, factors]: number[][] = [[], [], []];
  for (let x = 0; x < n; x++)
    for (let y = 0; y < n; y++) {
      const value = wavelet[keep[y] * N + keep[x]];
      if (Math.abs(value) <= NOTHING * largest) continue;
      from.push(x * count * n + y);
      to.push((x % m) * counts * m + (y % m));
      factors.push(value / n ** 2);
    }
  return {
    from: Int32Array.from(from),
    to: Int32Array.from(to),
    factors: Float64Array.from(factors),
  };
}

/** The matrix, m rows of n, that smooths along one axis and keeps every n/m-th pixel. */
export function smoothing({ smooth, N }: Bank, n: number, m: number): Float64Array {
  const keep = middle(n, N);
  const A = new Float64Array(m * n);
  for (let row = 0; row < m; row++)
    for (let column = 0; column < n; column++) {
      let sum = 0;
      const apart = row * (n / m) - column;
      for (let k = 0; k < n; k++)
        sum += smooth[keep[k]] * Math.cos((2 * Math.PI * ((k * apart) % n)) / n);
      A[row * n + column] = f32(sum / n);
    }
  return A;
}
