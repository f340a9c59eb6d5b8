/** Images as they were, for undoing. */

const MOST = 100;
const LARGEST = 2 ** 24; // bytes of all of them

export class History {
  #past = $state.raw<readonly Uint8Array[]>([]);
  #future = $state.raw<readonly Uint8Array[]>([]);

  readonly canUndo = $derived(this.#past.length > 0);
  readonly canRedo = $derived(this.#future.length > 0);

  /** Remember an image that another takes the place of. */
  leave(image: Uint8Array): void {
    const most = Math.max(1, Math.min(MOST, Math.floor(LARGEST / image.length)));
    this.#past = [...this.#past, image].slice(-most);
    this.#future = [];
  }

  /** The image before this one; this one itself if there is none. */
  undo(image: Uint8Array): Uint8Array {
    const before = this.#past.at(-1);
    if (!before) return image;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, image];
    return before;
  }

  redo(image: Uint8Array): Uint8Array {
    const after = this.#future.at(-1);
    if (!after) return image;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, image];
    return after;
  }
}
