import { hrefWith, isAnchor } from './address.ts';

/** What every page keeps in its address. */
interface Kept {
  /** id of the section to begin at */
  readonly section: string | null;
  /** name of the chosen model; null for the one that the page opens with */
  readonly model: string | null;
}

/** How a page writes what the reader chose into its address. */
export interface Writing<A extends Kept> {
  readonly read: (hash: string) => A;
  readonly write: (address: A) => string;
  /** an address without what is enlarged */
  readonly closed: (address: A) => A;
}

/** What is kept beside an entry of the browser's history. */
interface Entry {
  /** whether the entry before is the page without what is enlarged */
  over: boolean;
}

/** Choices closer to each other than this, as by a held arrow key, are one step back. */
const QUICK = 1000;

/**
 * An address and the browser's history, so that a reload, Back and a link restore what the reader
 * chose. Choosing a model or enlarging something is a step that Back undoes; what is picked within
 * a section is written down without one.
 */
export class KeptAddress<A extends Kept> {
  readonly #writing: Writing<A>;
  #now = $state.raw() as A;
  #chosenAt = -Infinity;
  #closing = false;

  constructor(writing: Writing<A>) {
    this.#writing = writing;
    this.#now = writing.read(location.hash);
    // an entry without a state is a link that was followed; this one is none
    this.#note('replace', { over: entry()?.over ?? false });
    addEventListener('popstate', this.#follow);
  }

  get now(): A {
    return this.#now;
  }

  /** Write down what was picked within a section. */
  readonly change = (change: Partial<A>): void => {
    this.#go({ ...this.#now, ...change }, 'replace');
  };

  readonly choose = (model: string | null): void => {
    const at = performance.now();
    const quick = at - this.#chosenAt < QUICK;
    this.#chosenAt = at;
    this.#go({ ...this.#now, model }, this.#isOpen(this.#now) || quick ? 'replace' : 'push');
  };

  /** Enlarge something, in the place of what is enlarged. */
  readonly enlarge = (change: Partial<A>): void => {
    this.#go({ ...this.#now, ...change }, this.#isOpen(this.#now) ? 'replace' : 'push');
  };

  /** Leave what is enlarged for something else, by a step that Back undoes. */
  readonly leave = (change: Partial<A>): void => {
    this.#go({ ...this.#writing.closed(this.#now), ...change }, 'push');
  };

  readonly close = (): void => {
    if (!this.#isOpen(this.#now)) return;
    const closed = this.#writing.closed(this.#now);
    if (!entry()?.over) {
      this.#go(closed, 'replace');
      return;
    }
    // the entry below gets what was chosen meanwhile
    this.#now = closed;
    this.#closing = true;
    history.back();
  };

  /** A link to the page as it is, but for `change`. */
  readonly link = (change: Partial<A> = {}): string => this.#urlOf({ ...this.#now, ...change });

  #isOpen(address: A): boolean {
    const { write, closed } = this.#writing;
    return write(closed(address)) !== write(address);
  }

  #urlOf(address: A): string {
    return hrefWith(this.#writing.write(address));
  }

  #go(next: A, step: 'push' | 'replace'): void {
    const { write } = this.#writing;
    if (write(next) === write(this.#now)) return;
    this.#now = next;
    const over = this.#isOpen(next) && (step === 'push' || (entry()?.over ?? false));
    this.#note(step, { over });
  }

  #note(step: 'push' | 'replace', state: Entry): void {
    try {
      if (step === 'push') history.pushState(state, '', this.#urlOf(this.#now));
      else history.replaceState(state, '', this.#urlOf(this.#now));
    } catch {
      // where the page is embedded, its address may not be its own; the page works without
    }
  }

  readonly #follow = (event: PopStateEvent): void => {
    const { read, closed } = this.#writing;
    if (this.#closing) {
      this.#closing = false;
      this.#note('replace', { over: false });
    } else if (event.state !== null) {
      this.#now = read(location.hash);
    } else if (isAnchor(location.hash)) {
      // a link to a section was followed: all else stays, in the new entry as well
      this.#now = { ...closed(this.#now), section: location.hash.slice(1) };
      this.#note('replace', { over: false });
    } else {
      // the address was edited
      this.#now = read(location.hash);
      this.#note('replace', { over: false });
      document.getElementById(this.#now.section ?? '')?.scrollIntoView();
    }
  };
}

function entry(): Entry | null {
  return history.state as Entry | null;
}
