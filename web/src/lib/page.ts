import { createContext } from 'svelte';
import type { Address } from './address.ts';
import type { Cell } from './confusion.ts';
import type { Document, EvidenceModel, RungPage } from './document.ts';
import type { Filters } from './filters.ts';

/**
 * What every part of the page may need, so that it need not be handed down by each. What is
 * chosen stands in the page's address; see page-state.svelte.ts.
 */
export interface Page {
  readonly document: Document;
  /** The model that every section shows, or says why it cannot. */
  readonly rung: RungPage;
  /** Show another model, by its name. */
  readonly choose: (name: string) => void;
  /** The model that the chosen one is compared with, never the chosen one itself. */
  readonly beside: RungPage | null;
  /** Compare with a model, by its name, or with none. */
  readonly compare: (name: string | null) => void;
  /** The cell of the confusion matrix that the reader picked. */
  readonly cell: Cell | null;
  readonly pick: (cell: Cell | null) => void;
  /** Which test images the reader looks at. */
  readonly filters: Filters;
  readonly filter: (change: Partial<Filters>) => void;
  /** The image that is enlarged, and the list that it stands in. */
  readonly opened: { readonly list: readonly number[]; readonly position: number } | null;
  /** Enlarge one of a list of shown images. */
  readonly openImage: (list: readonly number[], position: number) => void;
  /** The image, among those shown, whose reasons the reader asked for. */
  readonly example: number | null;
  readonly ask: (index: number) => void;
  /** Leave what is enlarged for the reasons of an image. */
  readonly explain: (index: number) => void;
  /** The template that is enlarged: name of its row, position of its class. */
  readonly template: { readonly name: string; readonly label: number } | null;
  readonly openTemplate: (name: string, label: number) => void;
  /** Which question of trust is answered, and the thresholds that the reader tries. */
  readonly trust: Pick<Address, 'trust' | 'accept' | 'detect'>;
  readonly judge: (change: Partial<Pick<Address, 'trust' | 'accept' | 'detect'>>) => void;
  /** What the reader drew, and chose with it, as a text; see explorer/address.ts. */
  readonly drawn: string | null;
  readonly draw: (drawn: string | null) => void;
  /** Close the image or template that is enlarged. */
  readonly close: () => void;
  /** A link to the page as it is, but for `change`. */
  readonly link: (change?: Partial<Address>) => string;
}

export const [getPage, setPage] = createContext<Page>();

/** What the report is about: what is saved from it begins with that name. */
export const [getSubject, setSubject] = createContext<string>();

/** What a model's scores and evidence are computed by; null where the page cannot. */
export function evidenceOf(report: Document, rung: RungPage): EvidenceModel | null {
  return report.evidence.find(({ rung: name }) => name === rung.name) ?? null;
}

/** The same, but only where scores are sums over single pixels. */
export function linearEvidenceOf(report: Document, rung: RungPage): EvidenceModel | null {
  const model = evidenceOf(report, rung);
  return model?.pairs === null ? model : null;
}
