/** A second report, read from its file, and what the two have in common. */

import { matrixOf } from './confusion.ts';
import type { Document, RungPage } from './document.ts';
import { readSlot, type Reading } from './read.ts';
import { unpack } from './unpack.ts';

// a pattern that does not match itself: the page, which holds this code, must have one slot only
const SLOT = /<script type="application\/json" id="linocut-document">/;

/** What a report's file holds. */
export function readReportFile(html: string): Reading {
  const [, after] = html.split(SLOT, 2) as [string, string | undefined];
  if (after === undefined)
    return { kind: 'unreadable', why: 'It is no report of linocut: it has no place for one.' };
  return readSlot(after.slice(0, after.indexOf('</script>')));
}

/** A model's accuracy in either report; null where it is not in one of them. */
export interface RungBeside {
  readonly name: string;
  readonly short: string;
  readonly here: number | null;
  readonly there: number | null;
}

/** All models of both reports, those of this one first. */
export function rungsBeside(here: Document, there: Document): RungBeside[] {
  const names = new Map<string, string>();
  for (const { name, short } of [...there.rungs, ...here.rungs]) names.set(name, short);
  const order = [...new Set([...here.rungs, ...there.rungs].map(({ name }) => name))];
  const accuracy = (report: Document, name: string) =>
    report.rungs.find((rung) => rung.name === name)?.test.accuracy ?? null;
  return order.map((name) => ({
    name,
    short: names.get(name) ?? name,
    here: accuracy(here, name),
    there: accuracy(there, name),
  }));
}

/** A class that both reports have, by its name, and its recall in either. */
export interface RecallBeside {
  readonly name: string;
  /** position among the classes of this report */
  readonly label: number;
  readonly here: number;
  readonly there: number;
}

/** The classes that both test parts have images of, those that differ most first. */
export function recallsBeside(
  here: Document,
  rung: RungPage,
  there: Document,
  other: RungPage,
): RecallBeside[] {
  const [one, two] = [matrixOf(rung.test), matrixOf(other.test)];
  const place = new Map(there.dataset.class_names.map((name, k) => [name, k]));
  return here.dataset.class_names
    .map((name, label) => {
      const k = place.get(name);
      const known = k !== undefined && one.trueCounts[label] > 0 && two.trueCounts[k] > 0;
      return known ? { name, label, here: one.share(label, label), there: two.share(k, k) } : null;
    })
    .filter((recall) => recall !== null)
    .sort((a, b) => Math.abs(b.here - b.there) - Math.abs(a.here - a.there) || a.label - b.label);
}

/** An image that both reports show, by its places among their shown images. */
export interface Pair {
  readonly here: number;
  readonly there: number;
}

const SAME = 0.99; // share of the pairs whose class agrees, if the images are the same

/**
 * The images that both show: of the same file name where both have names, else of the same row of
 * test parts of one size. Null where their classes say that they are not the same images.
 */
export function imagesInBoth(here: Document, there: Document): Pair[] | null {
  const named = here.shown.names !== null && there.shown.names !== null;
  if (!named && here.dataset.test_rows !== there.dataset.test_rows) return null;
  const keys = ({ shown }: Document): ArrayLike<string | number> =>
    named ? (shown.names ?? []) : unpack(shown.rows);
  const places = new Map(Array.from(keys(there), (key, i) => [key, i]));
  const pairs = Array.from(keys(here), (key, i) => ({ here: i, there: places.get(key) ?? -1 }));
  const found = pairs.filter((pair) => pair.there >= 0);
  const [one, two] = [labelNames(here), labelNames(there)];
  const alike = found.filter((pair) => one(pair.here) === two(pair.there));
  return found.length > 0 && alike.length >= SAME * found.length ? alike : null;
}

/** Of these images those for which two models predict different classes. */
export function differing(
  pairs: readonly Pair[],
  here: Document,
  rung: RungPage,
  there: Document,
  other: RungPage,
): (Pair & { said: string; saidThere: string })[] {
  const [one, two] = [unpack(rung.predicted), unpack(other.predicted)];
  return pairs
    .map((pair) => ({
      ...pair,
      said: here.dataset.class_names[one[pair.here]],
      saidThere: there.dataset.class_names[two[pair.there]],
    }))
    .filter(({ said, saidThere }) => said !== saidThere);
}

function labelNames({ shown, dataset }: Document): (i: number) => string {
  const labels = unpack(shown.labels);
  return (i) => dataset.class_names[labels[i]];
}
