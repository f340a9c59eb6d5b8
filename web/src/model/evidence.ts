import { overPlanes } from '../lib/planes.ts';
import { plane, type Planes } from '../lib/stack.ts';
import type { Numbers } from '../lib/unpack.ts';

/** Products of two measurements z = A ink that add zᵀ Q z to each score. */
export interface Pairs {
  /** A, one plane a measurement */
  readonly measured: Planes;
  /** the upper triangle of the symmetric Q of each score, row by row */
  readonly products: Planes;
}

/** What scores an image: a plane of weights and an intercept for each score, and perhaps pairs. */
export interface PixelModel {
  readonly weights: Planes;
  readonly intercepts: Numbers;
  readonly pairs: Pairs | null;
}

/** A model whose scores are sums over single pixels. */
export interface Linear extends PixelModel {
  readonly pairs: null;
}

export function isLinear(model: PixelModel): model is Linear {
  return model.pairs === null;
}

/** Why one class rather than another: parts that add up to the margin. */
export interface Ledger {
  /** evidence of each pixel, row by row */
  pixels: Float64Array;
  /** evidence of red, green and blue of each pixel; null for grey images */
  values: Float64Array | null;
  /** margin of the blank page */
  blank: number;
  /** sum over the pixels that speak for the class, and of those against it */
  favouring: number;
  opposing: number;
  margin: number;
}

/** How much each score counts in a margin: 1 for a score, −1 for its rival or −1/K for all. */
export function directionOf(scores: number, row: number, rival: number | null): Float64Array {
  const direction = new Float64Array(scores).fill(rival === null ? -1 / scores : 0);
  direction[row] += 1;
  if (rival !== null) direction[rival] -= 1;
  return direction;
}

/** The sum of all planes, each times its share. */
function mixed(planes: Planes, direction: Float64Array): Float64Array {
  const sum = new Float64Array(planes.size);
  direction.forEach((share, k) => {
    if (share === 0) return;
    const values = plane(planes, k);
    for (let i = 0; i < sum.length; i++) sum[i] += share * values[i];
  });
  return sum;
}

/** The measurements of an image. */
function measure({ measured }: Pairs, ink: ArrayLike<number>): Float64Array {
  const count = measured.values.length / measured.size;
  return Float64Array.from({ length: count }, (_, j) => dot(plane(measured, j), ink));
}

/** Q z, for the upper triangle of a symmetric Q. */
function times(upper: ArrayLike<number>, z: Float64Array): Float64Array {
  const product = new Float64Array(z.length);
  let at = 0;
  for (let i = 0; i < z.length; i++)
    for (let j = i; j < z.length; j++) {
      const q = upper[at++];
      product[i] += q * z[j];
      if (j > i) product[j] += q * z[i];
    }
  return product;
}

/**
 * Split the margin of score `row` over `rival` (null: the average of all) by pixel.
 * `ink` is the image, 0 for paper to 1 for full ink; ink counts against the blank page. What two
 * pixels add together is shared half and half. Of images of `planes` = 3 a pixel's evidence is that
 * of its colours together.
 */
export function account(
  model: PixelModel,
  ink: ArrayLike<number>,
  row: number,
  rival: number | null,
  planes = 1,
): Ledger {
  const direction = directionOf(model.intercepts.length, row, rival);
  const weights = mixed(model.weights, direction);
  if (model.pairs) {
    const { measured, products } = model.pairs;
    const shares = times(mixed(products, direction), measure(model.pairs, ink));
    const added = mixed(measured, shares);
    for (let i = 0; i < weights.length; i++) weights[i] += added[i];
  }
  const blank = direction.reduce((sum, share, k) => sum + share * model.intercepts[k], 0);
  const values = weights.map((weight, i) => (ink[i] === 0 ? 0 : weight * ink[i]));
  return ledgerOf(values, blank, planes);
}

/** The ledger of some evidence: its sums, and the margin that they make. */
export function ledgerOf(values: Float64Array, blank: number, planes = 1): Ledger {
  const pixels = overPlanes(values, values.length / planes);
  const favouring = pixels.reduce((sum, value) => sum + Math.max(value, 0), 0);
  const opposing = pixels.reduce((sum, value) => sum + Math.min(value, 0), 0);
  const margin = blank + favouring + opposing;
  return { pixels, values: planes > 1 ? values : null, blank, favouring, opposing, margin };
}

/** What the parts of a ledger are called: images in colour have no ink, and no paper. */
export function partsOf({ values }: Ledger): { blank: string; ink: string } {
  return values ? { blank: 'black image', ink: 'pixels' } : { blank: 'blank page', ink: 'ink' };
}

/** The mean of several ledgers, pixel by pixel; what it favours is summed anew. */
export function meanLedger(ledgers: readonly Ledger[]): Ledger {
  const [{ pixels, values }] = ledgers;
  const mean = new Float64Array((values ?? pixels).length);
  let blank = 0;
  for (const ledger of ledgers) {
    const given = ledger.values ?? ledger.pixels;
    for (let i = 0; i < mean.length; i++) mean[i] += given[i] / ledgers.length;
    blank += ledger.blank / ledgers.length;
  }
  return ledgerOf(mean, blank, mean.length / pixels.length);
}

/** The scores of an image, one for each row of the model. */
export function scoresOf(model: PixelModel, ink: ArrayLike<number>): number[] {
  const { weights, intercepts, pairs } = model;
  const scores = Array.from(intercepts, (b, k) => b + dot(plane(weights, k), ink));
  if (!pairs) return scores;
  const z = measure(pairs, ink);
  return scores.map((score, k) => score + dot(times(plane(pairs.products, k), z), z));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** The probabilities of scores; see linocut.core.links. */
export function probabilitiesOf(
  scores: readonly number[],
  link: 'softmax' | 'sigmoids' | 'none',
  temperature: number,
): number[] {
  const scaled = scores.map((score) => score / temperature);
  const largest = Math.max(...scaled);
  const parts =
    link === 'sigmoids'
      ? // a row that every class rejects has a sum that rounds to zero
        scaled.map((score) => Math.max(1 / (1 + Math.exp(-score)), 2 ** -1022))
      : scaled.map((score) => Math.exp(score - largest));
  const sum = parts.reduce((total, part) => total + part, 0);
  return parts.map((part) => part / sum);
}

/** Rows from the largest score to the smallest. */
export function ranked(scores: readonly number[]): number[] {
  return scores.map((_, k) => k).sort((a, b) => scores[b] - scores[a] || a - b);
}

/** What a margin of this many log-odds is in odds, such as "67 to 1". */
export function odds(margin: number): string {
  const ratio = Math.exp(Math.min(Math.abs(margin), 700));
  const digits = ratio < 10 ? 1 : 0;
  return ratio >= 1e6
    ? 'more than a million to 1'
    : `${ratio.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} to 1`;
}
