/** What goes to and fro between a notebook's kernel and the explorer in its cell. */

import type { Model } from '../../engine/model.ts';
import { ranked } from '../../model/evidence.ts';
import { UNTOUCHED, type Choice } from '../address.ts';
import { decoded, encoded } from '../drawing/code.ts';
import { moved } from '../moving/moved.ts';
import { decidedOn } from '../outcome/decided.ts';

/** The traits of the widget; mirrors src/linocut/widget/drawing.py. */
export interface Traits {
  readonly image: DataView;
  readonly prediction: string;
  readonly probabilities: Readonly<Record<string, number>>;
}

/** A widget's model, as anywidget gives it. */
export interface Kernel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}

/** What Python is told: the image that the model was given, and what it makes of it. */
export function traitsOf(model: Model, choice: Choice): Traits {
  const length = model.height * model.width * model.planes;
  const drawing = choice.drawing === null ? null : decoded(choice.drawing, length);
  const image = moved(drawing ?? new Uint8Array(length), model, choice.move);
  const view = new DataView(Uint8Array.from(image).buffer);
  if (image.every((byte) => byte === 0)) return { image: view, prediction: '', probabilities: {} };
  const { scores, probabilities } = model.run(image, new Set(choice.off));
  const [largest] = ranked(Array.from(scores));
  const decided = decidedOn(probabilities, largest, model.decisions);
  return {
    image: view,
    prediction: decided === null ? (model.decisions?.rejected ?? '') : model.names[decided],
    probabilities: Object.fromEntries(model.names.map((name, k) => [name, probabilities[k]])),
  };
}

/** The choice to begin from: the image that Python has set. */
export function choiceOf(kernel: Kernel): Choice {
  const bytes = bytesOf(kernel.get('image'));
  return { ...UNTOUCHED, drawing: bytes.some((byte) => byte > 0) ? encoded(bytes) : null };
}

/** The bytes of a binary trait. */
export function bytesOf(value: unknown): Uint8Array<ArrayBuffer> {
  if (!(value instanceof DataView)) return new Uint8Array();
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
}
