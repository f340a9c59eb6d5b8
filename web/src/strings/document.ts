/** What a page about strings is fed with. Mirrors src/linocut/report/strings/document.py. */

import type { Packed, Sprite, Stack } from '../lib/document.ts';
import type { Share } from '../lib/wilson.ts';

export interface StringsData {
  name: string;
  source: string;
  notes: string[];
  symbols: string[];
  height: number;
  /** of the narrowest and the widest image, pixels */
  widths: [number, number];
  /** of the shortest and the longest text, glyphs */
  lengths: [number, number];
  train_rows: number;
  test_rows: number;
}

/** Images of one tile size: narrower ones end in paper. */
export interface StringImages {
  sprite: Sprite;
  /** row of each in the test part */
  rows: number[];
  widths: number[];
  texts: string[];
  names: string[];
}

/** Evidence for one glyph: planes 2 k and 2 k + 1 of the k-th glyph of an image. */
export interface GlyphPage {
  symbol: string;
  rival: string;
  /** first column of the planes, pixels */
  start: number;
  /** score of the symbol above the average of all symbols, as in the first plane */
  support: number;
  /** above that of its rival, as in the second */
  margin: number;
}

export interface ReadingPage {
  text: string;
  probability: number;
  /** where each glyph starts and ends; none if not known */
  cuts: [number, number][];
  /** the most probable texts, this one first */
  others: [string, number][];
  /** true glyphs and what was read for them, where that is not the same */
  mixed: [string, string][];
  /** place in the reader's causes of mistakes */
  cause: number | null;
  /** none where evidence is left out */
  glyphs: GlyphPage[];
  stack: number | null;
  /** values at full colour, of the even and of the odd planes */
  limits: [number, number];
}

export interface CausePage {
  name: string;
  meaning: string;
  count: number;
}

/** Mistakes among the images that are answered, at each probability asked for. */
export interface RiskPage {
  /** float32 (T,), rising */
  thresholds: Packed;
  /** int32 (T,) */
  answered: Packed;
  /** int32 (T,) */
  wrong: Packed;
}

export interface ReaderPage {
  name: string;
  short: string;
  title: string;
  description: string;
  convex: boolean;
  /** share of validation images read wholly */
  validation: number | null;
  whole: Share;
  glyphs: Share;
  /** null for a model from a file */
  fit_seconds: number | null;
  /** an image */
  read_seconds: number;
  parameters: number;
  /** of the rows and columns of the confusion */
  names: string[];
  /** int32 (K, K); row = true glyph, column = what was read */
  confusion: Packed;
  by_position: Share[];
  causes: CausePage[];
  risk: RiskPage | null;
  /** one a shown image */
  readings: ReadingPage[];
  /** paragraphs "confusion", "causes", "risk" */
  text: Partial<Record<string, string>>;
}

export interface StringsDocument {
  format: number;
  kind: 'strings';
  version: string;
  created: string;
  command: string;
  machine: string;
  dataset: StringsData;
  shown: StringImages;
  /** simplest first; what is there to compare with last */
  readers: ReaderPage[];
  best: string;
  recommended: string;
  stacks: Stack[];
  /** paragraphs "headline", "readers", "evidence" */
  text: Partial<Record<string, string>>;
}
