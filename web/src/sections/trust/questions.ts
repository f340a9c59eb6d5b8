import type { Document, RungTrust } from '../../lib/document.ts';

export type Question = 'abstain' | 'class' | 'probability' | 'labels' | 'disturbed';
/** A question that is asked of one model. */
export type OfModel = Exclude<Question, 'labels'>;

/** What each question is called at length, and whether it was asked of a model. */
export const OF_MODELS: Record<OfModel, { title: string; has: (trust: RungTrust) => boolean }> = {
  abstain: {
    title: 'When to abstain',
    has: ({ confidence }) => confidence !== null,
  },
  class: {
    title: 'One class against the others',
    has: ({ confidence }) => (confidence?.by_class ?? null) !== null,
  },
  probability: {
    title: 'Is the probability right?',
    has: ({ reliability }) => reliability !== null,
  },
  disturbed: {
    title: 'Moved and disturbed',
    has: ({ shifts, corruptions }) => shifts !== null || corruptions.length > 0,
  },
};

const TABS: readonly (readonly [Question, string])[] = [
  ['abstain', 'Abstain'],
  ['class', 'One class'],
  ['probability', 'Probability'],
  ['labels', 'Labels'],
  ['disturbed', 'Disturbed'],
];

/** What a report can answer about trust, for at least one of its models. */
export function questions({ rungs, trust }: Document): (readonly [Question, string])[] {
  return TABS.filter(([question]) =>
    question === 'labels'
      ? trust.suspects !== null
      : rungs.some((rung) => OF_MODELS[question].has(rung.trust)),
  );
}
