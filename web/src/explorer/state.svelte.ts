import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { read } from '../engine/intake/read.ts';
import type { Model } from '../engine/model.ts';
import { ranked } from '../model/evidence.ts';
import type { Choice } from './address.ts';
import { decoded, encoded } from './drawing/code.ts';
import { History } from './drawing/history.svelte.ts';
import { rgbaOf } from './drawing/rgba.ts';
import { moved, type Move } from './moving/moved.ts';

/** One model, one drawing, and what the model makes of it. */
export class Explored {
  readonly model: Model;
  readonly history = new History();
  /** bytes as the model takes them, before they are moved */
  #drawing = $state.raw() as Uint8Array;
  move = $state.raw() as Move;
  label = $state.raw<number | null>(null);
  rival = $state.raw<number | 'average' | null>(null);
  /** names of the steps that are left out */
  readonly off = new SvelteSet<string>();

  /** What the model is given. */
  readonly image = $derived.by(() => moved(this.#drawing, this.model, this.move));
  readonly run = $derived.by(() => this.model.run(this.image, this.off));
  /** classes from the most probable to the least */
  readonly order = $derived.by(() => ranked(Array.from(this.run.scores)));
  readonly predicted = $derived.by(() => this.order[0]);
  /** the class in question and the one that it is held against, null for the average of all */
  readonly row = $derived.by(() => this.label ?? this.predicted);
  readonly against = $derived.by(() => {
    if (this.rival === 'average') return null;
    if (this.rival !== null && this.rival !== this.row) return this.rival;
    return this.order.find((k) => k !== this.row) ?? null;
  });
  readonly isBlank = $derived.by(() => this.#drawing.every((byte) => byte === 0));

  constructor(model: Model, choice: Choice) {
    const { height, width, planes, names, steps } = model;
    const length = height * width * planes;
    const isClass = (k: number) => k < names.length;
    this.model = model;
    this.#drawing = (choice.drawing && decoded(choice.drawing, length)) || new Uint8Array(length);
    this.move = choice.move;
    this.label = choice.label !== null && isClass(choice.label) ? choice.label : null;
    this.rival = typeof choice.rival === 'number' && !isClass(choice.rival) ? null : choice.rival;
    for (const { name, removable } of steps)
      if (removable && choice.off.includes(name)) this.off.add(name);
  }

  get drawing(): Uint8Array {
    return this.#drawing;
  }

  /** What was drawn and chosen, for an address. */
  get choice(): Choice {
    return {
      drawing: this.isBlank ? null : encoded(this.#drawing),
      label: this.label,
      rival: this.rival,
      off: [...this.off],
      move: this.move,
    };
  }

  /** The class predicted for the drawing if it is moved so. */
  readonly predictedOf = (move: Move): number => {
    const { scores } = this.model.run(moved(this.#drawing, this.model, move), this.off);
    return ranked(Array.from(scores))[0];
  };

  /** Show a stroke on its way, which `put` will end. */
  readonly preview = (image: Uint8Array): void => {
    this.#drawing = image;
  };

  /** Put an image into the place of `before`, to which undoing leads back. */
  readonly put = (image: Uint8Array, before = this.#drawing): void => {
    this.history.leave(before);
    this.#drawing = image;
  };

  readonly clear = (): void => {
    if (!this.isBlank) this.put(new Uint8Array(this.#drawing.length));
  };

  /** Find the ink, scale it and centre it, as in any image that comes from elsewhere. */
  readonly fit = (): void => {
    const { height, width, intake } = this.model;
    this.put(read(rgbaOf(this.#drawing), width, height, { ...intake, ink: 'light-on-dark' }));
  };

  readonly undo = (): void => {
    this.#drawing = this.history.undo(this.#drawing);
  };

  readonly redo = (): void => {
    this.#drawing = this.history.redo(this.#drawing);
  };

  /** Ask about the predicted class and the one that comes next, whichever they are. */
  readonly follow = (): void => {
    this.label = this.rival = null;
  };

  readonly turn = (step: string, on: boolean): void => {
    if (on) this.off.delete(step);
    else this.off.add(step);
  };
}

export const [getExplored, setExplored] = createContext<Explored>();
