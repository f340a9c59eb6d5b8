/** Steps through a few moments, by hand or by itself. */

const BETWEEN = 700; // ms

export class Player {
  /** the moment shown, from 0 to `last` */
  at = $state(0);
  readonly last: number;
  #timer = $state<ReturnType<typeof setInterval> | null>(null);

  /** Belongs to a component, which ends it. */
  constructor(last: number) {
    this.last = last;
    $effect(() => () => {
      this.pause();
    });
  }

  get playing(): boolean {
    return this.#timer !== null;
  }

  /** Go on from here, or from the start if this is the end. */
  play(): void {
    if (this.at >= this.last) this.at = 0;
    this.#timer = setInterval(() => {
      if (this.at < this.last) this.at += 1;
      if (this.at >= this.last) this.pause();
    }, BETWEEN);
  }

  pause(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  go(to: number): void {
    this.pause();
    this.at = to;
  }
}
