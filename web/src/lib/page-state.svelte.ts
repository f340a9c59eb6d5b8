import {
  EMPTY,
  fitting,
  isAnchor,
  readAddress,
  writeAddress,
  type Address,
  type Held,
} from './address.ts';
import type { Cell } from './confusion.ts';
import type { Document } from './document.ts';
import type { Filters } from './filters.ts';
import type { Page } from './page.ts';
import { unpack } from './unpack.ts';

/** Choices closer to each other than this, as by a held arrow key, are one step back. */
const QUICK = 1000;

/** What is kept beside an entry of the browser's history. */
interface Entry {
  /** whether the entry before is the page without what is enlarged */
  over: boolean;
}

/**
 * The page's state is its address, so that a reload, Back and a link restore it. Choosing a
 * model or enlarging something is a step that Back undoes; what is picked within a section is
 * written down without one.
 */
export class PageState implements Page {
  readonly document: Document;
  readonly #held: Held;
  #address = $state.raw<Address>(EMPTY);
  /** the images that are leafed through */
  #list = $state.raw<readonly number[]>([]);
  #chosenAt = -Infinity;
  #closing = false;

  readonly rung = $derived.by(() => this.#rungNamed(this.#address.model ?? this.document.best));
  readonly beside = $derived.by(() => {
    const name = this.#address.with;
    return name === null || name === this.rung.name ? null : this.#rungNamed(name);
  });
  readonly cell = $derived.by(() => this.#address.cell);
  readonly filters = $derived.by(() => this.#address.filters);
  readonly template = $derived.by(() => this.#address.template);
  readonly trust = $derived.by(() => this.#address);
  readonly example = $derived.by(() => {
    const row = this.#address.example;
    return row === null ? null : unpack(this.document.shown.rows).indexOf(row);
  });
  readonly opened = $derived.by(() => {
    const row = this.#address.image;
    if (row === null) return null;
    const index = unpack(this.document.shown.rows).indexOf(row);
    const list = this.#listWith(index);
    return { list, position: list.indexOf(index) };
  });

  constructor(report: Document) {
    this.document = report;
    const rows = unpack(report.shown.rows);
    this.#held = {
      rungs: report.rungs.map(({ name }) => name),
      classes: report.dataset.class_names.length,
      templates: report.templates.map(({ name }) => name),
      hasRow: (row) => rows.indexOf(row) >= 0,
    };
    this.#address = this.#read();
    // an entry without a state is a link that was followed; this one is none
    write(this.#address, 'replace', { over: entry()?.over ?? false });
    addEventListener('popstate', this.#follow);
  }

  readonly choose = (name: string): void => {
    const now = performance.now();
    const step = this.opened || this.template || now - this.#chosenAt < QUICK ? 'replace' : 'push';
    this.#chosenAt = now;
    this.#go({ model: name === this.document.best ? null : name }, step);
  };

  readonly compare = (name: string | null): void => {
    this.#go({ with: name }, 'replace');
  };

  readonly pick = (cell: Cell | null): void => {
    this.#go({ cell }, 'replace');
  };

  readonly filter = (change: Partial<Filters>): void => {
    this.#go({ filters: { ...this.filters, ...change } }, 'replace');
  };

  readonly openImage = (list: readonly number[], position: number): void => {
    this.#list = list;
    const image = unpack(this.document.shown.rows)[list[position]];
    this.#enlarge({ image, template: null });
  };

  readonly openTemplate = (name: string, label: number): void => {
    this.#enlarge({ image: null, template: { name, label } });
  };

  readonly judge = (change: Partial<Address>): void => {
    this.#go(change, 'replace');
  };

  readonly ask = (index: number): void => {
    this.#go({ example: unpack(this.document.shown.rows)[index] }, 'replace');
  };

  readonly explain = (index: number): void => {
    const example = unpack(this.document.shown.rows)[index];
    this.#go({ section: 'why', example, image: null, template: null }, 'push');
  };

  readonly close = (): void => {
    if (!this.opened && !this.template) return;
    const closed = { image: null, template: null };
    if (!entry()?.over) {
      this.#go(closed, 'replace');
      return;
    }
    // the entry below gets what was chosen meanwhile
    this.#address = { ...this.#address, ...closed };
    this.#closing = true;
    history.back();
  };

  readonly link = (change: Partial<Address> = {}): string =>
    urlOf({ ...this.#address, model: this.rung.name, ...change });

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

  #read(): Address {
    return fitting(readAddress(location.hash), this.#held);
  }

  #enlarge(what: Pick<Address, 'image' | 'template'>): void {
    this.#go(what, this.opened || this.template ? 'replace' : 'push');
  }

  #go(change: Partial<Address>, step: 'push' | 'replace'): void {
    const next = { ...this.#address, ...change };
    if (writeAddress(next) === writeAddress(this.#address)) return;
    const enlarged = next.image !== null || next.template !== null;
    const over = enlarged && (step === 'push' || (entry()?.over ?? false));
    this.#address = next;
    write(next, step, { over });
  }

  readonly #follow = (event: PopStateEvent): void => {
    if (this.#closing) {
      this.#closing = false;
      write(this.#address, 'replace', { over: false });
    } else if (event.state !== null) {
      this.#address = this.#read();
    } else if (isAnchor(location.hash)) {
      // a link to a section was followed: all else stays, in the new entry as well
      const section = location.hash.slice(1);
      this.#address = { ...this.#address, section, image: null, template: null };
      write(this.#address, 'replace', { over: false });
    } else {
      // the address was edited
      this.#address = this.#read();
      write(this.#address, 'replace', { over: false });
      document.getElementById(this.#address.section ?? '')?.scrollIntoView();
    }
  };
}

function entry(): Entry | null {
  return history.state as Entry | null;
}

function urlOf(address: Address): string {
  return location.href.replace(/#.*/s, '') + writeAddress(address);
}

function write(address: Address, step: 'push' | 'replace', state: Entry): void {
  try {
    if (step === 'push') history.pushState(state, '', urlOf(address));
    else history.replaceState(state, '', urlOf(address));
  } catch {
    // where the page is embedded, its address may not be its own; the page works without
  }
}
