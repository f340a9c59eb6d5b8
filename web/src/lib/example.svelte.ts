import type { RungPage } from './document.ts';
import type { Page } from './page.ts';
import { unpack } from './unpack.ts';

export type List = 'mistakes' | 'all';

/** The image that the section on reasons is about: one of a list that can be gone through. */
export class Example {
  #list = $state<List>('mistakes');
  readonly #page: Page;
  readonly #rung: () => RungPage;

  /** `rung` is the model whose mistakes are gone through. */
  constructor(page: Page, rung: () => RungPage) {
    this.#page = page;
    this.#rung = rung;
  }

  readonly mistakes = $derived.by(() => Array.from(unpack(this.#rung().mistakes)));
  /** The image, among the shown ones; before one is asked for, the worst mistake. */
  readonly index = $derived.by(() => this.#page.example ?? this.mistakes.at(0) ?? 0);
  /** The list gone through: all images where this one is no mistake. */
  readonly current = $derived.by<List>(() =>
    this.#list === 'mistakes' && this.mistakes.includes(this.index) ? 'mistakes' : 'all',
  );
  readonly length = $derived.by(() =>
    this.current === 'all' ? this.#page.document.shown.sprite.count : this.mistakes.length,
  );
  readonly position = $derived.by(() =>
    this.current === 'all' ? this.index : this.mistakes.indexOf(this.index),
  );

  go(step: number): void {
    const next = (this.position + step + this.length) % this.length;
    this.#page.ask(this.current === 'all' ? next : this.mistakes[next]);
  }

  choose(list: List): void {
    this.#list = list;
    if (list === 'mistakes') this.#page.ask(this.mistakes[0]);
  }

  /** Show the image with this row of the test part; false where the page does not hold it. */
  find(row: number): boolean {
    const index = unpack(this.#page.document.shown.rows).indexOf(row);
    if (index < 0) return false;
    this.#page.ask(index);
    return true;
  }
}
