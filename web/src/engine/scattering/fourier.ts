/**
 * Fourier transforms of many small square maps at once.
 *
 * Maps lie as [row][map][column], so that a transform along the rows runs over long stretches of
 * memory; to go along the columns, each map is transposed. A transform leaves maps transposed, and
 * the next sets them right: spectra are [column][map][row] throughout.
 */

interface Stage {
  readonly radix: number;
  /** length of what is transformed by the stages after it */
  readonly rest: number;
  /** cosines and sines of each of its outputs: rest × radix */
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  /** of the transform of `radix` numbers: radix */
  readonly rootCos: Float64Array;
  readonly rootSin: Float64Array;
}

export class Fourier {
  readonly side: number;
  readonly count: number;
  /** What is to be transformed, and afterwards what came out; not the same arrays. */
  re: Float64Array;
  im: Float64Array;
  private spareRe: Float64Array;
  private spareIm: Float64Array;
  private readonly stages: readonly Stage[];

  constructor(side: number, count: number) {
    this.side = side;
    this.count = count;
    const made = () => new Float64Array(side * side * count);
    [this.re, this.im, this.spareRe, this.spareIm] = [made(), made(), made(), made()];
    this.stages = stagesOf(side);
  }

  /** Forward, with a minus in the exponent and no factor. */
  forward(): void {
    this.alongRows();
    this.transpose();
    this.alongRows();
  }

  /** Backward, with a plus in the exponent and no factor either. */
  backward(): void {
    this.exchangeParts();
    this.forward();
    this.exchangeParts();
  }

  clear(): void {
    this.re.fill(0);
    this.im.fill(0);
  }

  /** Parts exchanged, a transform with a minus is one with a plus. */
  private exchangeParts(): void {
    [this.re, this.im] = [this.im, this.re];
    [this.spareRe, this.spareIm] = [this.spareIm, this.spareRe];
  }

  private exchangeSpare(): void {
    [this.re, this.spareRe] = [this.spareRe, this.re];
    [this.im, this.spareIm] = [this.spareIm, this.im];
  }

  /** Stockham's algorithm: each stage writes in the order that the next one reads. */
  private alongRows(): void {
    let stride = this.side * this.count;
    for (const stage of this.stages) {
      butterflyOf(stage)(stage, stride, this.re, this.im, this.spareRe, this.spareIm);
      this.exchangeSpare();
      stride *= stage.radix;
    }
  }

  private transpose(): void {
    const { side, count, re, im, spareRe, spareIm } = this;
    const line = side * count;
    for (let map = 0; map < line; map += side)
      for (let row = 0; row < side; row++)
        for (let column = 0; column < side; column++) {
          const from = row * line + map + column;
          const to = column * line + map + row;
          spareRe[to] = re[from];
          spareIm[to] = im[from];
        }
    this.exchangeSpare();
  }
}

function stagesOf(side: number): Stage[] {
  const stages: Stage[] = [];
  for (let length = side; length > 1;) {
    const radix = length % 4 === 0 ? 4 : leastFactor(length);
    const rest = length / radix;
    const angles = Float64Array.from(
      { length: rest * radix },
      (_, i) => (-2 * Math.PI * Math.floor(i / radix) * (i % radix)) / length,
    );
    const roots = Float64Array.from({ length: radix }, (_, k) => (-2 * Math.PI * k) / radix);
    stages.push({
      radix,
      rest,
      cos: angles.map(Math.cos),
      sin: angles.map(Math.sin),
      rootCos: roots.map(Math.cos),
      rootSin: roots.map(Math.sin),
    });
    length = rest;
  }
  return stages;
}

function leastFactor(length: number): number {
  let factor = 2;
  while (length % factor !== 0) factor++;
  return factor;
}

type Butterfly = (
  stage: Stage,
  stride: number,
  re: Float64Array,
  im: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
) => void;

/** The arithmetic of a stage. */
function butterflyOf({ radix }: Stage): Butterfly {
  if (radix === 4) return four;
  return radix === 2 ? two : any;
}

function two(
  { rest, cos, sin }: Stage,
  stride: number,
  re: Float64Array,
  im: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
): void {
  const apart = stride * rest;
  for (let j = 0; j < rest; j++) {
    const c = cos[2 * j + 1];
    const s = sin[2 * j + 1];
    let to = 2 * j * stride;
    for (let a = j * stride, end = a + stride; a < end; a++, to++) {
      const b = a + apart;
      const x = re[a] - re[b];
      const y = im[a] - im[b];
      toRe[to] = re[a] + re[b];
      toIm[to] = im[a] + im[b];
      toRe[to + stride] = x * c - y * s;
      toIm[to + stride] = x * s + y * c;
    }
  }
}

function four(
  { rest, cos, sin }: Stage,
  stride: number,
  re: Float64Array,
  im: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
): void {
  const apart = stride * rest;
  for (let j = 0; j < rest; j++) {
    const at = 4 * j;
    const c1 = cos[at + 1];
    const s1 = sin[at + 1];
    const c2 = cos[at + 2];
    const s2 = sin[at + 2];
    const c3 = cos[at + 3];
    const s3 = sin[at + 3];
    let to = at * stride;
    for (let a = j * stride, end = a + stride; a < end; a++, to++) {
      const b = a + apart;
      const c = b + apart;
      const d = c + apart;
      const evenRe = re[a] + re[c];
      const evenIm = im[a] + im[c];
      const oddRe = re[b] + re[d];
      const oddIm = im[b] + im[d];
      const apartRe = re[a] - re[c];
      const apartIm = im[a] - im[c];
      const turnedRe = im[b] - im[d];
      const turnedIm = re[d] - re[b];
      toRe[to] = evenRe + oddRe;
      toIm[to] = evenIm + oddIm;
      let x = apartRe + turnedRe;
      let y = apartIm + turnedIm;
      let put = to + stride;
      toRe[put] = x * c1 - y * s1;
      toIm[put] = x * s1 + y * c1;
      x = evenRe - oddRe;
      y = evenIm - oddIm;
      put += stride;
      toRe[put] = x * c2 - y * s2;
      toIm[put] = x * s2 + y * c2;
      x = apartRe - turnedRe;
      y = apartIm - turnedIm;
      put += stride;
      toRe[put] = x * c3 - y * s3;
      toIm[put] = x * s3 + y * c3;
    }
  }
}

function any(
  { radix, rest, cos, sin, rootCos, rootSin }: Stage,
  stride: number,
  re: Float64Array,
  im: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
): void {
  const apart = stride * rest;
  for (let j = 0; j < rest; j++)
    for (let out = 0; out < radix; out++) {
      const turnRe = cos[j * radix + out];
      const turnIm = sin[j * radix + out];
      let to = (j * radix + out) * stride;
      for (let a = j * stride, end = a + stride; a < end; a++, to++) {
        let x = 0;
        let y = 0;
        for (let k = 0, at = a, root = 0; k < radix; k++, at += apart) {
          x += re[at] * rootCos[root] - im[at] * rootSin[root];
          y += re[at] * rootSin[root] + im[at] * rootCos[root];
          root += out;
          if (root >= radix) root -= radix;
        }
        toRe[to] = x * turnRe - y * turnIm;
        toIm[to] = x * turnIm + y * turnRe;
      }
    }
}
