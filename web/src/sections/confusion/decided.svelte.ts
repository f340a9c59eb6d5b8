import {
  decideByCosts,
  decideByThreshold,
  type Probabilities,
  type Rule,
} from '../../lib/decisions.ts';
import type { RungPage } from '../../lib/document.ts';
import { probability } from '../../lib/format.ts';
import type { Page } from '../../lib/page.ts';
import { hasProbabilities } from '../../lib/shown.ts';
import { unpack } from '../../lib/unpack.ts';
import { allProbabilities, hasAllProbabilities } from '../../model/probabilities.ts';

/** What the reader's rule makes of the shown images; belongs to a component, as it has an effect. */
export class Decided {
  readonly #page: Page;
  #held = $state.raw<{ rung: RungPage; all: Probabilities } | null>(null);

  /** Whether the chosen model gives probabilities at all, and whether all of them are at hand. */
  readonly byThreshold = $derived.by(() => hasProbabilities(this.#page.rung));
  readonly byCosts = $derived.by(
    () => this.byThreshold && hasAllProbabilities(this.#page.document, this.#page.rung),
  );
  /** The rule as far as the chosen model allows it. */
  readonly rule = $derived.by<Rule | null>(() => {
    const { rule } = this.#page;
    const possible = rule?.by === 'costs' ? this.byCosts : this.byThreshold;
    return possible ? rule : null;
  });
  /** Of each shown image the class, or REJECTED; null without a rule, or until it is known. */
  readonly labels = $derived.by<Int32Array | null>(() => {
    const [{ rung }, rule] = [this.#page, this.rule];
    if (rule === null) return null;
    if (rule.by === 'costs')
      return this.#held?.rung === rung
        ? decideByCosts(this.#held.all, rule.costs, rule.rejecting)
        : null;
    const certain = Float64Array.from(unpack(rung.probability_predicted), probability);
    return decideByThreshold(unpack(rung.predicted), certain, rule.threshold);
  });

  readonly mayReject = $derived.by(
    () => this.rule !== null && (this.rule.by === 'threshold' || this.rule.rejecting !== null),
  );

  constructor(page: Page) {
    this.#page = page;
    $effect(() => {
      const { rung, document: report } = page;
      if (this.rule?.by !== 'costs') return;
      let stale = false;
      void allProbabilities(report, rung).then((all) => {
        if (!stale) this.#held = { rung, all };
      });
      return () => {
        stale = true;
      };
    });
  }
}
