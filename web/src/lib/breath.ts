const WORK = 12; // ms at a time: the page stays quick to answer, and strokes stay fast

/** Lets the page do other things in the midst of long work. */
export class Breath {
  #began = performance.now();

  /** Whether the work has gone on for long enough. */
  get isDue(): boolean {
    return performance.now() - this.#began >= WORK;
  }

  async take(): Promise<void> {
    await new Promise((resume) => setTimeout(resume));
    this.#began = performance.now();
  }
}
