import type { Model } from './model.ts';

/**
 * How far the scores of a file's own images are from those that Python gave them, as a share of how
 * far these spread.
 */
export function parityError(model: Model): number {
  let [low, high, off, largest] = [Infinity, -Infinity, 0, 0];
  model.parity.images.forEach((image, i) => {
    model.run(image).scores.forEach((score, k) => {
      const saved = model.parity.scores[i][k];
      low = Math.min(low, saved);
      high = Math.max(high, saved);
      largest = Math.max(largest, Math.abs(saved));
      off = Math.max(off, Math.abs(score - saved));
    });
  });
  // Where all scores are alike, what they are is the only measure there is.
  return off / (high - low || largest || 1);
}
