import { createContext } from 'svelte';
import { KeptAddress } from '../lib/kept.svelte.ts';
import { readAddress, writeAddress, type Address } from './address.ts';
import type { StringsDocument } from './document.ts';
import { chosenImages, type Choice } from './images.ts';

/** The page's state is its address. */
export class StringsState {
  readonly document: StringsDocument;
  readonly #kept: KeptAddress<Address>;

  readonly reader = $derived.by(() => {
    const { readers, recommended } = this.document;
    const named = (name: string | null) => readers.find((reader) => reader.name === name);
    return named(this.#kept.now.model) ?? named(recommended) ?? readers[0];
  });
  readonly choice = $derived.by(() => this.#kept.now.choice);
  readonly accept = $derived.by(() => this.#kept.now.accept);
  /** the listed images, as positions among those shown */
  readonly images = $derived.by(() => chosenImages(this.document.shown, this.reader, this.choice));
  /** the enlarged image, and the list that is leafed through */
  readonly opened = $derived.by(() => {
    const { image } = this.#kept.now;
    if (image === null) return null;
    const index = this.document.shown.rows.indexOf(image);
    const list = this.images.includes(index)
      ? this.images
      : chosenImages(this.document.shown, this.reader, { kind: 'all' });
    return { list, position: list.indexOf(index) };
  });

  constructor(report: StringsDocument) {
    this.document = report;
    this.#kept = new KeptAddress({
      read: (hash) => {
        const address = readAddress(hash);
        const held = address.image !== null && report.shown.rows.includes(address.image);
        return held ? address : { ...address, image: null };
      },
      write: writeAddress,
      closed: (address) => ({ ...address, image: null }),
    });
  }

  readonly choose = (name: string): void => {
    this.#kept.choose(name === this.document.recommended ? null : name);
  };

  readonly list = (choice: Choice): void => {
    this.#kept.change({ choice });
  };

  readonly ask = (accept: number): void => {
    this.#kept.change({ accept });
  };

  readonly open = (index: number): void => {
    this.#kept.enlarge({ image: this.document.shown.rows[index] });
  };

  readonly close = (): void => {
    this.#kept.close();
  };

  readonly link = (): string => this.#kept.link();
}

export const [getStrings, setStrings] = createContext<StringsState>();
