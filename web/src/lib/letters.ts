/** Class names that no font here can write give way to others: given ones, or their code points. */

import type { Document } from './document.ts';

/** Says whether there is a font with a letter. */
export type Writable = (letter: string) => boolean;

/** The report, with other names for its classes where no font has the letters of theirs. */
export function withWritableNames(report: Document, writable: Writable): Document {
  const { class_names, other_names } = report.dataset;
  if (allWritable(class_names, writable)) return report;
  const shown =
    other_names && allWritable(other_names, writable)
      ? other_names
      : class_names.map((name, k) => (allWritable([name], writable) ? name : codePoints(name, k)));
  const others = new Map(class_names.map((name, k) => [name, shown[k]]));
  const changed = replaced(report, foreign(class_names), others) as Document;
  const dataset = { ...changed.dataset, class_names: shown, other_names: class_names };
  return { ...changed, command: report.command, dataset };
}

const FEW = 3; // letters that code points can stand for and still be read

/** A sign by its number in Unicode, a word by its place among the classes. */
function codePoints(name: string, k: number): string {
  const points = Array.from(name, (letter) => letter.codePointAt(0) ?? 0);
  if (points.length > FEW) return `class ${k + 1}`;
  return points.map((at) => `U+${at.toString(16).toUpperCase().padStart(4, '0')}`).join(' ');
}

function allWritable(names: readonly string[], writable: Writable): boolean {
  // a mark that goes with the letter before it cannot be tried alone
  const letters = new Set(names.join('').replace(/[\p{ASCII}\p{M}\p{Cf}\s]/gu, ''));
  return [...letters].every(writable);
}

/** Finds the names that are not in ASCII, the longest first; the others may be words of a text. */
function foreign(names: readonly string[]): RegExp {
  const long = names.filter((name) => /\P{ASCII}/u.test(name));
  long.sort((a, b) => b.length - a.length);
  return new RegExp(
    long.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'),
    'gu',
  );
}

function replaced(value: unknown, names: RegExp, others: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string' && !/\P{ASCII}/u.test(value)) return value; // megabytes of them
  if (typeof value === 'string') return value.replace(names, (name) => others.get(name) ?? name);
  if (Array.isArray(value)) return value.map((each: unknown) => replaced(each, names, others));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, replaced(each, names, others)]),
  );
}

/** Letters that Unicode has not assigned, below and above U+FFFF: no font has them. */
const NOBODYS = ['\u0378', '\u{50000}'];

/**
 * Measures letters in the page's font: one that no font has is drawn as the same box as a letter
 * that does not exist.
 */
export function writableHere(family: string): Writable {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return () => true;
  context.font = `64px ${family}`;
  const size = (letter: string) => {
    const drawn = context.measureText(letter);
    const { width, actualBoundingBoxLeft, actualBoundingBoxRight } = drawn;
    const { actualBoundingBoxAscent, actualBoundingBoxDescent } = drawn;
    return [
      width,
      actualBoundingBoxLeft,
      actualBoundingBoxRight,
      actualBoundingBoxAscent,
      actualBoundingBoxDescent,
    ].join();
  };
  const boxes = NOBODYS.map(size);
  return (letter) => size(letter) !== boxes[letter.length > 1 ? 1 : 0];
}
