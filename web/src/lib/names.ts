import type { RungPage } from './document.ts';

/** A model's name for where there is little room. */
export function shortTitle(rung: RungPage): string {
  return rung.title;
}
