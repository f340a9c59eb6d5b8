import type { StringsDocument } from '../strings/document.ts';
import type { Document } from './document.ts';
import { readFormat } from './slot.ts';

const FORMAT = 8;

export type Reading =
  | { kind: 'report'; document: Document }
  | { kind: 'strings'; document: StringsDocument }
  | { kind: 'empty' }
  | { kind: 'unreadable'; why: string };

/** What the page's slot holds: a report of classes or of strings, nothing, or something this page cannot read. */
export function readSlot(text: string): Reading {
  const slot = readFormat(text, FORMAT);
  if (slot.kind !== 'held') return slot;
  if ((slot.held as { kind?: unknown }).kind === 'strings')
    return { kind: 'strings', document: slot.held as StringsDocument };
  return { kind: 'report', document: slot.held as Document };
}
