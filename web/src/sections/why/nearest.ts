import type { Document, RungPage } from '../../lib/document.ts';
import { linearEvidenceOf } from '../../lib/page.ts';

/** The rung nearest on the ladder whose evidence the page can compute; of two, the better one. */
export function nearestExplained(report: Document, rung: RungPage): RungPage | null {
  const at = report.rungs.indexOf(rung);
  const candidates = report.rungs
    .map((each, i) => ({ each, steps: Math.abs(i - at) }))
    .filter(({ each }) => linearEvidenceOf(report, each) !== null)
    .sort((a, b) => a.steps - b.steps || b.each.test.accuracy - a.each.test.accuracy);
  return candidates.length > 0 ? candidates[0].each : null;
}
