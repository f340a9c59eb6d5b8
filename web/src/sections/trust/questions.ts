import type { Document, RungTrust } from '../../lib/document.ts';

export type Question = 'abstain' | 'class' | 'probability' | 'labels' | 'disturbed';

/** What a report can answer about trust, for at least one of its models. */
export function questions({ rungs, trust }: Document): (readonly [Question, string])[] {
  const some = (has: (trust: RungTrust) => boolean) => rungs.some((rung) => has(rung.trust));
  const all: readonly (readonly [Question, string, boolean])[] = [
    ['abstain', 'Abstain', some(({ confidence }) => confidence !== null)],
    ['class', 'One class', some(({ confidence }) => (confidence?.by_class ?? null) !== null)],
    ['probability', 'Probability', some(({ reliability }) => reliability !== null)],
    ['labels', 'Labels', trust.suspects !== null],
    [
      'disturbed',
      'Disturbed',
      some(({ shifts, corruptions }) => shifts !== null || corruptions.length > 0),
    ],
  ];
  return all.filter(([, , held]) => held).map(([question, title]) => [question, title]);
}
