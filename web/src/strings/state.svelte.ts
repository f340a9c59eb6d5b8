import { createContext } from 'svelte';
import { isAnchor } from '../lib/address.ts';
import { EMPTY, readAddress, writeAddress, type Address } from './address.ts';
import type { StringsDocument } from './document.ts';
import { chosenImages, type Choice } from './images.ts';

/**
 * The page's state is its address, as in lib/page-state.svelte.ts: choosing a reader or enlarging
 * an image is a step that Back undoes, what is picked within a section is written down without.
 */
export class StringsState {
  readonly document: StringsDocument;
  #address = $state.raw<Address>(EMPTY);
  #closing = false;

  readonly reader = $derived.by(() => {
    const { readers, recommended } = this.document;
    const name = this.#address.model ?? recommended;
    return readers.find((reader) => reader.name === name) ?? readers[0];
  });
  readonly choice = $derived.by(() => this.#address.choice);
  readonly accept = $derived.by(() => this.#address.accept);
  /** the listed images, as positions among those shown */
  readonly images = $derived.by(() => chosenImages(this.document.shown, this.reader, this.choice));
  /** the enlarged image, and the list that is leafed through */
  readonly opened = $derived.by(() => {
    const { image } = this.#address;
    const index = image === null ? -1 : this.document.shown.rows.indexOf(image);
    if (index < 0) return null;
    const list = this.images.includes(index)
      ? this.images
      : chosenImages(this.document.shown, this.reader, { kind: 'all' });
    return { list, position: list.indexOf(index) };
  });

  constructor(report: StringsDocument) {
    this.document = report;
    this.#address = readAddress(location.hash);
    write(this.#address, 'replace', over());
    addEventListener('popstate', this.#follow);
  }

  readonly choose = (name: string): void => {
    const model = name === this.document.recommended ? null : name;
    this.#go({ model }, this.opened ? 'replace' : 'push');
  };

  readonly list = (choice: Choice): void => {
    this.#go({ choice }, 'replace');
  };

  readonly ask = (accept: number): void => {
    this.#go({ accept }, 'replace');
  };

  readonly open = (index: number): void => {
    this.#go({ image: this.document.shown.rows[index] }, this.opened ? 'replace' : 'push');
  };

  readonly close = (): void => {
    if (!this.opened) return;
    if (!over()) {
      this.#go({ image: null }, 'replace');
      return;
    }
    this.#address = { ...this.#address, image: null };
    this.#closing = true;
    history.back();
  };

  readonly link = (): string => urlOf(this.#address);

  #go(change: Partial<Address>, step: 'push' | 'replace'): void {
    const next = { ...this.#address, ...change };
    if (writeAddress(next) === writeAddress(this.#address)) return;
    this.#address = next;
    write(next, step, next.image !== null && (step === 'push' || over()));
  }

  readonly #follow = (event: PopStateEvent): void => {
    if (this.#closing) {
      this.#closing = false;
      write(this.#address, 'replace', false);
    } else if (event.state !== null) {
      this.#address = readAddress(location.hash);
    } else {
      // a link was followed or the address edited
      const anchor = isAnchor(location.hash);
      this.#address = anchor
        ? { ...this.#address, section: location.hash.slice(1), image: null }
        : readAddress(location.hash);
      write(this.#address, 'replace', false);
      if (!anchor) document.getElementById(this.#address.section ?? '')?.scrollIntoView();
    }
  };
}

/** Whether the entry before is the page without what is enlarged. */
function over(): boolean {
  return (history.state as { over?: boolean } | null)?.over ?? false;
}

function urlOf(address: Address): string {
  return location.href.replace(/#.*/s, '') + writeAddress(address);
}

function write(address: Address, step: 'push' | 'replace', isOver: boolean): void {
  try {
    if (step === 'push') history.pushState({ over: isOver }, '', urlOf(address));
    else history.replaceState({ over: isOver }, '', urlOf(address));
  } catch {
    // where the page is embedded, its address may not be its own; the page works without
  }
}

export const [getStrings, setStrings] = createContext<StringsState>();
