import { createContext } from 'svelte';
import type { Model } from '../../engine/model.ts';
import { usualWidth, type Brush } from './brush.ts';

export const WIDTHS = [
  ['fine', 0.6],
  ['usual', 1],
  ['broad', 1.7],
] as const;

export type Width = (typeof WIDTHS)[number][0];
export type Tool = 'pen' | 'eraser';

/** What one draws with. */
export class Tools {
  tool = $state<Tool>('pen');
  width = $state<Width>('usual');
  /** of models of colour images: "#rrggbb" */
  colour = $state('#ffffff');
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  readonly pixels = $derived.by(
    () => usualWidth(this.#model) * (WIDTHS.find(([name]) => name === this.width)?.[1] ?? 1),
  );

  /** A stroke's brush; what erases is broader than what draws. */
  brush(tool = this.tool): Brush {
    const { planes } = this.#model;
    if (tool === 'eraser')
      return { width: 2 * this.pixels, ink: new Array<number>(planes).fill(0) };
    const byte = (at: number) => Number.parseInt(this.colour.slice(at, at + 2), 16);
    return { width: this.pixels, ink: planes === 1 ? [255] : [byte(1), byte(3), byte(5)] };
  }
}

export const [getTools, setTools] = createContext<Tools>();
