import type { StringsDocument } from '../strings/document.ts';
import type { Document } from './document.ts';

const FORMAT = 8;

export type Reading =
  | { kind: 'report'; document: Document }
  | { kind: 'strings'; document: StringsDocument }
  | { kind: 'empty' }
  | { kind: 'unreadable'; why: string };

/** What the page's slot holds: a report of classes or of strings, nothing, or something this page cannot read. */
export function readSlot(text: string): Reading {
  let held: unknown;
  try {
    held = JSON.parse(text);
  } catch (error) {
    return { kind: 'unreadable', why: `Its data are not valid JSON: ${String(error)}.` };
  }
  if (held === null) return { kind: 'empty' };
  const format = (held as Partial<Document>).format;
  if (format !== FORMAT)
    return {
      kind: 'unreadable',
      why: `Its data have format ${String(format)}, but this page reads format ${FORMAT}.`,
    };
  if ((held as { kind?: unknown }).kind === 'strings')
    return { kind: 'strings', document: held as StringsDocument };
  return { kind: 'report', document: held as Document };
}
