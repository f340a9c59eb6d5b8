import { createContext } from 'svelte';
import type { Document, EvidenceModel, RungPage } from './document.ts';

/** What every part of the page may need, so that it need not be handed down by each. */
export interface Page {
  readonly document: Document;
  /** The model that every section shows, or says why it cannot. */
  readonly rung: RungPage;
  /** Show another model, by its name. */
  choose: (name: string) => void;
  /** Enlarge one of a list of shown images. */
  openImage: (list: readonly number[], position: number) => void;
}

export const [getPage, setPage] = createContext<Page>();

/** The weights by which a model's evidence is computed; null where it is not linear in the pixels. */
export function evidenceOf(report: Document, rung: RungPage): EvidenceModel | null {
  return report.evidence?.rung === rung.name ? report.evidence : null;
}
