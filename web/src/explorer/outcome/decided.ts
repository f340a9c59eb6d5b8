import type { Decisions } from '../../engine/model.ts';

/**
 * The class that a rule decides on, null if it rejects the image; as linocut.core.decisions does.
 * Without a rule that is the one with the largest score.
 */
export function decidedOn(
  probabilities: readonly number[],
  predicted: number,
  rule: Decisions | null,
): number | null {
  if (rule?.thresholds) {
    const { thresholds } = rule;
    const accepted = probabilities.map((share, k) => (thresholds[k] <= share ? share : -1));
    const best = Math.max(...accepted);
    return best < 0 ? null : accepted.indexOf(best);
  }
  if (rule?.costs) {
    const { costs } = rule;
    const expected = costs[0].map((_, decision) =>
      probabilities.reduce((sum, share, k) => sum + share * costs[k][decision], 0),
    );
    const best = expected.indexOf(Math.min(...expected));
    return best < probabilities.length ? best : null;
  }
  return predicted;
}
