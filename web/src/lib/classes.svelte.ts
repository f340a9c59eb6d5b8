/** Which classes a list shows, where there are too many to show all at once. */

/** More classes than this are shown a page at a time. */
export const LONG = 120;
/**
 * A confusion matrix of more classes than this is shown as an overview and a close-up, a table of
 * them with the hardest first.
 */
export const TABLE = 30;
/** More classes than this do not stand side by side. */
export const ROW = 14;

/** Classes in some order, those whose names hold what is looked for, a page at a time. */
export class ClassList {
  sought = $state('');
  #pages = $state(1);
  readonly #names: readonly string[];
  readonly #order: () => readonly number[];
  readonly #page: number;
  /** Whether there are so many classes that they need looking for. */
  readonly long: boolean;

  constructor(
    names: readonly string[],
    page: number,
    order?: () => readonly number[],
    longest = LONG,
  ) {
    this.#names = names;
    this.#page = page;
    this.long = names.length > longest;
    const all = Array.from(names.keys());
    this.#order = order ?? (() => all);
  }

  readonly found = $derived.by(() => {
    const wanted = this.sought.trim().toLocaleLowerCase();
    if (!wanted) return this.#order();
    // a name that is exactly what is looked for comes first: of "1", "10", "21" it is "1"
    const fit = (k: number) => this.#names[k].toLocaleLowerCase();
    const holding = this.#order().filter((k) => fit(k).includes(wanted));
    return [...holding].sort((a, b) => Number(fit(b) === wanted) - Number(fit(a) === wanted));
  });

  readonly visible = $derived.by(() =>
    this.long ? this.found.slice(0, this.#pages * this.#page) : this.found,
  );

  /** How many more the next page brings. */
  readonly next = $derived.by(() => Math.min(this.#page, this.found.length - this.visible.length));

  more(): void {
    this.#pages += 1;
  }

  look(text: string): void {
    this.sought = text;
    this.#pages = 1;
  }
}
