import type { Shape, Values } from '../values.ts';

/**
 * How the numbers that a step makes depend on those that go into it:
 * - `affine`: as weighted sums and a constant;
 * - `products`: as products of two of such;
 * - `local`: as weighted sums, with factors that depend on the image (a place, a contrast, whether a
 *   threshold is passed);
 * - `opaque`: in no way that splits into what goes in.
 */
export type Nature = 'affine' | 'products' | 'local' | 'opaque';

/** A transformer of a model file. */
export interface Step {
  /** of what comes out */
  readonly shape: Shape;
  readonly nature: Nature;
  /** of a `local` step: whether, with its factors, it makes nothing of nothing */
  readonly homogeneous?: boolean;
  /** What it makes of an image or a row, in a new array. */
  forward(x: Values): Values;
  /**
   * Weights on what comes out, taken back to what goes in: the gradient at `x`, with the factors that
   * a `local` step has there held fixed. An `opaque` step has none.
   */
  back(x: Values, weights: Float64Array): Float64Array;
}

/** The `back` of an `opaque` step. */
export function unaccountable(): never {
  throw new Error('no weights are taken back through this step');
}
