/** The linear model at the end: scores that are weighted sums of features. */

import { demand } from './error.ts';
import type { Contents } from './safetensors.ts';
import type { Values } from './values.ts';

export class Head {
  /** features that it takes, and scores that it gives */
  readonly size: number;
  readonly classes: number;
  private readonly weights: ArrayLike<number>;
  private readonly intercepts: ArrayLike<number>;

  constructor(tensors: Contents['tensors'], classes: number, size: number) {
    const [coef, intercept] = [tensors.get('coef'), tensors.get('intercept')];
    demand(
      coef?.values.length === classes * size && intercept?.values.length === classes,
      `This model file is damaged: its weights are not those of ${classes} classes and ${size} features.`,
    );
    this.weights = coef.values;
    this.intercepts = intercept.values;
    this.size = size;
    this.classes = classes;
  }

  scores(features: Values): Float64Array {
    const scores = new Float64Array(this.classes);
    for (let k = 0, at = 0; k < this.classes; k++) {
      let sum = this.intercepts[k];
      for (let i = 0; i < this.size; i++) sum += this.weights[at++] * features[i];
      scores[k] = sum;
    }
    return scores;
  }

  /** The weights of all scores added up, each times its share. */
  mixed(shares: Float64Array): Float64Array {
    const sum = new Float64Array(this.size);
    shares.forEach((share, k) => {
      if (share === 0) return;
      for (let i = 0, at = k * this.size; i < this.size; i++) sum[i] += share * this.weights[at++];
    });
    return sum;
  }
}
