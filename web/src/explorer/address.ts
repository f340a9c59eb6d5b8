/** What was drawn and chosen, as it stands in an address: `#drawing=…&class=7&against=9&off=deskew`. */

import { hashOf, one } from '../lib/address.ts';
import { UNMOVED, type Move } from './moving/moved.ts';

export interface Choice {
  /** see drawing/code.ts; null for a blank one */
  readonly drawing: string | null;
  /** the class in question; null for the predicted one */
  readonly label: number | null;
  /** its rival; null for whichever comes next */
  readonly rival: number | 'average' | null;
  /** names of the steps that are left out */
  readonly off: readonly string[];
  readonly move: Move;
}

export const UNTOUCHED: Choice = {
  drawing: null,
  label: null,
  rival: null,
  off: [],
  move: UNMOVED,
};

/** Read an address; what it lacks or spells wrongly is as in `UNTOUCHED`. */
export function readChoice(hash: string): Choice {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const against = given.get('against');
  return {
    drawing: given.get('drawing') || null,
    label: one(given.get('class')),
    rival: against === 'average' ? against : one(against),
    off: given.get('off')?.split(',').filter(Boolean) ?? [],
    move: readMove(given.get('move')),
  };
}

/** The parts of the address of a choice; none for one that is untouched. */
export function partsOf(choice: Choice): readonly (readonly [string, string | number | null])[] {
  const { right, down, degrees } = choice.move;
  return [
    ['drawing', choice.drawing],
    ['class', choice.label],
    ['against', choice.rival],
    ['off', choice.off.join(',') || null],
    ['move', right || down || degrees ? `${right},${down},${degrees}` : null],
  ];
}

/** The shortest address that reads as this choice; empty for one that is untouched. */
export function writeChoice(choice: Choice): string {
  return hashOf(partsOf(choice));
}

/** The name of the model that an address chooses, of those of a server. */
export function modelOf(hash: string): string | null {
  return new URLSearchParams(hash.slice(1)).get('model');
}

function readMove(text: string | null): Move {
  const numbers = text?.split(',').map(Number) ?? [];
  if (numbers.length !== 3 || !numbers.every((value) => Math.abs(value) <= 180)) return UNMOVED;
  const [right, down, degrees] = numbers;
  return { right, down, degrees };
}
