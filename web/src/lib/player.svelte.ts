/** Steps through a few moments, by hand or by itself. */

const BETWEEN = 700; // ms

export class Player {
  /** the moment shown */
  at = $state(0);
  #timer = $state<ReturnType<typeof setInterval> | null>(null);
  readonly #moments: () => number;

  /** Belongs to a component, which ends it. */
  constructor(moments: () => number, first: number) {
    this.#moments = moments;
    this.at = first;
    $effect(() => () => {
      this.pause();
    });
  }

  get playing(): boolean {
    return this.#timer !== null;
  }

  /** Go on from here, or from the start if this is the end. */
  play(): void {
    if (this.at >= this.#moments() - 1) this.at = 0;
    this.#timer = setInterval(() => {
      if (this.at < this.#moments() - 1) this.at += 1;
      if (this.at >= this.#moments() - 1) this.pause();
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
