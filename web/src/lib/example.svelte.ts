import { createContext } from 'svelte';
import type { RungPage, ShownImages } from './document.ts';
import { unpack } from './unpack.ts';

export type List = 'mistakes' | 'all';

/** The image that the section on reasons is about: one of a list that can be gone through. */
export class Example {
  list = $state<List>('mistakes');
  #position = $state(0);
  readonly #shown: ShownImages;
  readonly #rung: () => RungPage;

  constructor(shown: ShownImages, rung: () => RungPage) {
    this.#shown = shown;
    this.#rung = rung;
  }

  readonly mistakes = $derived.by(() => Array.from(unpack(this.#rung().mistakes)));
  /** The list gone through; all images where there are no mistakes. */
  readonly current = $derived.by<List>(() => (this.mistakes.length === 0 ? 'all' : this.list));
  readonly length = $derived.by(() =>
    this.current === 'all' ? this.#shown.sprite.count : this.mistakes.length,
  );
  readonly position = $derived.by(() => Math.min(this.#position, this.length - 1));
  /** The image, among the shown ones. */
  readonly index = $derived.by(() =>
    this.current === 'all' ? this.position : this.mistakes[this.position],
  );

  go(step: number): void {
    this.#position = (this.position + step + this.length) % this.length;
  }

  choose(list: List): void {
    const { index } = this;
    this.list = list;
    this.#position = list === 'all' ? index : 0;
  }

  /** Show one image, whichever list it is in. */
  show(index: number): void {
    const mistake = this.mistakes.indexOf(index);
    this.list = mistake < 0 ? 'all' : 'mistakes';
    this.#position = mistake < 0 ? index : mistake;
  }

  /** Show the image with this row of the test part; false where the page does not hold it. */
  find(row: number): boolean {
    const index = unpack(this.#shown.rows).indexOf(row);
    if (index < 0) return false;
    this.show(index);
    return true;
  }
}

/** An image, among the shown ones, that is asked about from elsewhere on the page. */
export class Asked {
  index = $state<number | null>(null);
}

export const [getAsked, setAsked] = createContext<Asked>();
