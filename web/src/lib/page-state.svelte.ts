import { fitting, readAddress, writeAddress, type Address, type Held } from './address.ts';
import type { Cell } from './confusion.ts';
import type { Document } from './document.ts';
import type { Filters } from './filters.ts';
import { KeptAddress } from './kept.svelte.ts';
import type { Page } from './page.ts';
import { unpack } from './unpack.ts';

/** The page's state is its address. */
export class PageState implements Page {
  readonly document: Document;
  readonly #kept: KeptAddress<Address>;
  /** the images that are leafed through */
  #list = $state.raw<readonly number[]>([]);

  readonly rung = $derived.by(() => this.#rungNamed(this.#kept.now.model ?? this.document.best));
  readonly beside = $derived.by(() => {
    const name = this.#kept.now.with;
    return name === null || name === this.rung.name ? null : this.#rungNamed(name);
  });
  readonly cell = $derived.by(() => this.#kept.now.cell);
  readonly filters = $derived.by(() => this.#kept.now.filters);
  readonly template = $derived.by(() => this.#kept.now.template);
  readonly trust = $derived.by(() => this.#kept.now);
  readonly drawn = $derived.by(() => this.#kept.now.draw);
  readonly example = $derived.by(() => {
    const row = this.#kept.now.example;
    return row === null ? null : unpack(this.document.shown.rows).indexOf(row);
  });
  readonly opened = $derived.by(() => {
    const row = this.#kept.now.image;
    if (row === null) return null;
    const index = unpack(this.document.shown.rows).indexOf(row);
    const list = this.#listWith(index);
    return { list, position: list.indexOf(index) };
  });

  constructor(report: Document) {
    this.document = report;
    const rows = unpack(report.shown.rows);
    const held: Held = {
      rungs: report.rungs.map(({ name }) => name),
      classes: report.dataset.class_names.length,
      templates: report.templates.map(({ name }) => name),
      hasRow: (row) => rows.indexOf(row) >= 0,
    };
    this.#kept = new KeptAddress({
      read: (hash) => fitting(readAddress(hash), held),
      write: writeAddress,
      closed: (address) => ({ ...address, image: null, template: null }),
    });
  }

  readonly choose = (name: string): void => {
    this.#kept.choose(name === this.document.best ? null : name);
  };

  readonly compare = (name: string | null): void => {
    this.#kept.change({ with: name });
  };

  readonly pick = (cell: Cell | null): void => {
    this.#kept.change({ cell });
  };

  readonly filter = (change: Partial<Filters>): void => {
    this.#kept.change({ filters: { ...this.filters, ...change } });
  };

  readonly openImage = (list: readonly number[], position: number): void => {
    this.#list = list;
    const image = unpack(this.document.shown.rows)[list[position]];
    this.#kept.enlarge({ image, template: null });
  };

  readonly openTemplate = (name: string, label: number): void => {
    this.#kept.enlarge({ image: null, template: { name, label } });
  };

  readonly judge = (change: Partial<Address>): void => {
    this.#kept.change(change);
  };

  readonly draw = (drawn: string | null): void => {
    this.#kept.change({ draw: drawn });
  };

  readonly ask = (index: number): void => {
    this.#kept.change({ example: unpack(this.document.shown.rows)[index] });
  };

  readonly explain = (index: number): void => {
    const example = unpack(this.document.shown.rows)[index];
    this.#kept.leave({ section: 'why', example });
  };

  readonly close = (): void => {
    this.#kept.close();
  };

  readonly link = (change: Partial<Address> = {}): string =>
    this.#kept.link({ model: this.rung.name, ...change });

  #rungNamed(name: string) {
    const { rungs } = this.document;
    return rungs.find((rung) => rung.name === name) ?? rungs[0];
  }

  #listWith(index: number): readonly number[] {
    if (this.#list.includes(index)) return this.#list;
    const mistakes = Array.from(unpack(this.rung.mistakes));
    if (mistakes.includes(index)) return mistakes;
    return Array.from({ length: this.document.shown.sprite.count }, (_, i) => i);
  }
}
