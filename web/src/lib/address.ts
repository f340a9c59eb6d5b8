/** What the page's address says: `#section=confusion&model=softmax&cell=9,4&image=1790`. */

import type { Cell } from './confusion.ts';
import type { Rule } from './decisions.ts';
import { ANY, KINDS, UNFILTERED, type Filters } from './filters.ts';
import { readRule, ruleFor, writeRule } from './rule.ts';

export interface Address {
  /** id of the section to begin at */
  readonly section: string | null;
  /** name of the chosen rung; null for the best */
  readonly model: string | null;
  /** name of the rung that it is compared with */
  readonly with: string | null;
  /** the chosen cell of the confusion matrix, as positions of classes */
  readonly cell: Cell | null;
  /** how the confusion matrix decides; null for the most probable class */
  readonly rule: Rule | null;
  /** the enlarged image, as its row in the test part */
  readonly image: number | null;
  /** the image whose reasons are shown, as its row in the test part */
  readonly example: number | null;
  /** the enlarged template: name of its row, position of its class */
  readonly template: { readonly name: string; readonly label: number } | null;
  /** which question of trust is answered; null for the first */
  readonly trust: string | null;
  /** the probability below which the model leaves an image unanswered */
  readonly accept: number | null;
  /** the class that is told from the others, and the probability from which on */
  readonly detect: { readonly label: number; readonly threshold: number } | null;
  readonly filters: Filters;
  /** whether all images that pass them are shown at once */
  readonly whole: boolean;
  /** what was drawn, and chosen with it; see explorer/address.ts */
  readonly draw: string | null;
}

export const EMPTY: Address = {
  section: null,
  model: null,
  with: null,
  cell: null,
  rule: null,
  image: null,
  example: null,
  template: null,
  trust: null,
  accept: null,
  detect: null,
  filters: UNFILTERED,
  whole: false,
  draw: null,
};

/** What a report holds of the things that an address can name. */
export interface Held {
  readonly rungs: readonly string[];
  readonly classes: number;
  readonly templates: readonly string[];
  readonly hasRow: (row: number) => boolean;
}

/** Whether an address names an element and nothing else, as the links between sections do. */
export function isAnchor(hash: string): boolean {
  return /^#[^=&]+$/.test(hash);
}

/** Read an address; what it lacks or spells wrongly is as in `EMPTY`. */
export function readAddress(hash: string): Address {
  if (isAnchor(hash)) return { ...EMPTY, section: hash.slice(1) };
  const given = new URLSearchParams(hash.slice(1));
  const cell = whole(given.get('cell'), 2);
  const [, name, label] = /^(.+),(\d+)$/.exec(given.get('template') ?? '') ?? [];
  return {
    section: given.get('section') || null,
    model: given.get('model') || null,
    with: given.get('with') || null,
    cell: cell && { truth: cell[0], predicted: cell[1] },
    rule: readRule(given.get('decide')),
    image: one(given.get('image')),
    example: one(given.get('example')),
    template: name ? { name, label: Number(label) } : null,
    trust: given.get('trust') || null,
    accept: share(given.get('accept')),
    detect: readDetect(given.get('detect')),
    filters: readFilters(given),
    whole: given.get('images') === 'all',
    draw: given.get('draw') || null,
  };
}

function readFilters(given: URLSearchParams): Filters {
  const [from, to] = shares(given.get('confidence')) ?? [0, 1];
  return {
    kind: KINDS.find((kind) => kind === given.get('show')) ?? UNFILTERED.kind,
    truth: one(given.get('true')),
    predicted: one(given.get('predicted')),
    from,
    to,
    disagree: given.get('disagree') || null,
    name: given.get('name') ?? '',
  };
}

/** The shortest address that reads as this one; empty for the page as it opens. */
export function writeAddress(address: Address): string {
  const { section, cell, rule, template, filters } = address;
  return hashOf([
    ['section', section],
    ['model', address.model],
    ['with', address.with],
    ['cell', cell && `${cell.truth},${cell.predicted}`],
    ['decide', rule && writeRule(rule)],
    ['image', address.image],
    ['example', address.example],
    ['template', template && `${template.name},${template.label}`],
    ['trust', address.trust],
    ['accept', address.accept],
    ['detect', address.detect && `${address.detect.label},${address.detect.threshold}`],
    ['show', filters.kind === UNFILTERED.kind ? null : filters.kind],
    ['true', filters.truth],
    ['predicted', filters.predicted],
    ['confidence', filters.from > 0 || filters.to < 1 ? `${filters.from},${filters.to}` : null],
    ['disagree', filters.disagree],
    ['name', filters.name.trim() || null],
    ['images', address.whole ? 'all' : null],
    ['draw', address.draw],
  ]);
}

/** The address of what is chosen; what is null is left out. */
export function hashOf(parts: readonly (readonly [string, string | number | null])[]): string {
  const given = parts.filter(([, value]) => value !== null);
  if (given.length === 1 && given[0][0] === 'section') return `#${given[0][1]}`;
  const text = given.map(([key, value]) => `${key}=${escaped(String(value))}`).join('&');
  return text && `#${text}`;
}

/** The address of this page with another hash. */
export function hrefWith(hash: string): string {
  return location.href.replace(/#.*/s, '') + hash;
}

/** An address without what the report does not hold. */
export function fitting(address: Address, held: Held): Address {
  const rung = (name: string | null) => (name !== null && held.rungs.includes(name) ? name : null);
  const isClass = (k: number) => k < held.classes;
  const { cell, rule, image, example, template, detect, filters } = address;
  const either = (k: number | null) => (k !== null && isClass(k) ? k : null);
  return {
    ...address,
    model: rung(address.model),
    with: rung(address.with),
    cell: cell && isClass(cell.truth) && isClass(cell.predicted) ? cell : null,
    rule: rule && ruleFor(rule, held.classes),
    image: image !== null && held.hasRow(image) ? image : null,
    example: example !== null && held.hasRow(example) ? example : null,
    template:
      template && held.templates.includes(template.name) && isClass(template.label)
        ? template
        : null,
    detect: detect && isClass(detect.label) ? detect : null,
    filters: {
      ...filters,
      truth: either(filters.truth),
      predicted: either(filters.predicted),
      disagree: filters.disagree === ANY ? filters.disagree : rung(filters.disagree),
    },
  };
}

function whole(text: string | null, many: number): number[] | null {
  return text !== null && new RegExp(`^\\d{1,9}(,\\d{1,9}){${many - 1}}$`).test(text)
    ? text.split(',').map(Number)
    : null;
}

/** A whole number; null for what is none. */
export function one(text: string | null): number | null {
  return whole(text, 1)?.[0] ?? null;
}

function readDetect(text: string | null): Address['detect'] {
  const [, label, threshold] = /^(\d{1,9}),([\d.]+)$/.exec(text ?? '') ?? [];
  const cut = share(threshold);
  return cut === null ? null : { label: Number(label), threshold: cut };
}

/** A number from 0 to 1; null for what is none. */
export function share(text: string | null | undefined): number | null {
  const value = Number(text);
  return text && value >= 0 && value <= 1 ? value : null;
}

function shares(text: string | null): [number, number] | null {
  const [from, to, ...more] = (text ?? '').split(',').map(Number);
  return more.length === 0 && from >= 0 && from <= to && to <= 1 ? [from, to] : null;
}

function escaped(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%2C', ',')
    .replaceAll('%2F', '/')
    .replaceAll('%3A', ':');
}
