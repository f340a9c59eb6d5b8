/** What the page holds; mirrors src/linocut/modelfile/html/export.py. */

import { inflated } from '../lib/inflate.ts';
import { readFormat } from '../lib/slot.ts';
import type { Model } from '../engine/model.ts';

const FORMAT = 1;

export interface ExplorerDocument {
  readonly format: number;
  readonly version: string;
  /** what the model is called; null where the page asks the server for its models */
  readonly name: string | null;
  /** the model file, as base64 of zlib's stream */
  readonly model: string | null;
  readonly samples: PackedSamples | null;
}

export interface PackedSamples {
  readonly data: string;
  readonly labels: readonly string[];
}

/** An image to begin from. */
export interface Sample {
  readonly image: Uint8Array;
  /** what it is */
  readonly label: string;
}

export type Reading =
  | { kind: 'model'; document: ExplorerDocument & { name: string; model: string } }
  | { kind: 'served'; document: ExplorerDocument }
  | { kind: 'empty' }
  | { kind: 'unreadable'; why: string };

/** What the page's slot holds. */
export function readSlot(text: string): Reading {
  const slot = readFormat(text, FORMAT);
  if (slot.kind !== 'held') return slot;
  const document = slot.held as ExplorerDocument;
  const { name, model } = document;
  if (name === null || model === null) return { kind: 'served', document };
  return { kind: 'model', document: { ...document, name, model } };
}

/** The images to begin from. */
export async function samplesOf(packed: PackedSamples | null, model: Model): Promise<Sample[]> {
  if (!packed) return [];
  const bytes = (await inflated('uint8', packed.data)) as Uint8Array;
  const each = model.height * model.width * model.planes;
  return packed.labels.map((label, i) => ({
    image: bytes.slice(i * each, (i + 1) * each),
    label,
  }));
}
