import { createContext } from 'svelte';
import type { Document } from './document.ts';

/** What every part of the page may need, so that it need not be handed down by each. */
export interface Page {
  readonly document: Document;
  /** Enlarge one of a list of shown images. */
  openImage: (list: readonly number[], position: number) => void;
}

export const [getPage, setPage] = createContext<Page>();
