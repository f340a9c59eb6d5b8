/** What the address of a page about strings says: `#section=images&model=cuts&image=17`. */

import { hashOf, isAnchor, one, share } from '../lib/address.ts';
import type { Choice } from './images.ts';

export interface Address {
  /** id of the section to begin at */
  readonly section: string | null;
  /** name of the chosen reader; null for the recommended one */
  readonly model: string | null;
  /** the enlarged image, as its row in the test part */
  readonly image: number | null;
  /** which images are listed */
  readonly choice: Choice;
  /** the probability below which an image is left to a person */
  readonly accept: number | null;
}

export const EMPTY: Address = {
  section: null,
  model: null,
  image: null,
  choice: { kind: 'misread' },
  accept: null,
};

/** Read an address; what it lacks or spells wrongly is as in `EMPTY`. */
export function readAddress(hash: string): Address {
  if (isAnchor(hash)) return { ...EMPTY, section: hash.slice(1) };
  const given = new URLSearchParams(hash.slice(1));
  return {
    section: given.get('section') || null,
    model: given.get('model') || null,
    image: one(given.get('image')),
    choice: readChoice(given),
    accept: share(given.get('accept')),
  };
}

function readChoice(given: URLSearchParams): Choice {
  const truth = given.get('true');
  const read = given.get('read');
  if (truth !== null && read !== null) return { kind: 'glyph', truth, read };
  const cause = one(given.get('cause'));
  if (cause !== null) return { kind: 'cause', cause };
  return { kind: given.get('show') === 'all' ? 'all' : 'misread' };
}

/** The shortest address that reads as this one; empty for the page as it opens. */
export function writeAddress({ section, model, image, choice, accept }: Address): string {
  return hashOf([
    ['section', section],
    ['model', model],
    ['image', image],
    ['show', choice.kind === 'all' ? 'all' : null],
    ['true', choice.kind === 'glyph' ? choice.truth : null],
    ['read', choice.kind === 'glyph' ? choice.read : null],
    ['cause', choice.kind === 'cause' ? choice.cause : null],
    ['accept', accept],
  ]);
}
