import { createContext } from 'svelte';
import type { Document, EvidenceModel, RungPage } from './document.ts';

/** What every part of the page may need, so that it need not be handed down by each. */
export interface Page {
  readonly document: Document;
  /** The model that every section shows, or says why it cannot. */
  readonly rung: RungPage;
  /** A second model to compare that one with, if any. */
  readonly beside: RungPage | null;
  /** Show another model, by its name. */
  choose: (name: string) => void;
  /** Compare the chosen model with another, or with none. */
  compare: (name: string | null) => void;
  /** Enlarge one of a list of shown images. */
  openImage: (list: readonly number[], position: number) => void;
}

export const [getPage, setPage] = createContext<Page>();

/** What a model's scores and evidence are computed by; null where the page cannot. */
export function evidenceOf(report: Document, rung: RungPage): EvidenceModel | null {
  return report.evidence.find(({ rung: name }) => name === rung.name) ?? null;
}
