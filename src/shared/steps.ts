/** A step that has ended. */
export interface FinishedStep {
  readonly step: string;
  readonly items: number;
  readonly seconds: number;
}

/** The step under way, and those before it. */
export class Steps {
  readonly finished: FinishedStep[] = [];
  step = '';
  /** Undefined where nobody knows. */
  total: number | undefined;
  done = 0;
  /** What is being worked at, that which was begun first before the others. */
  readonly begun = new Set<string>();
  #startedAt = 0;

  start(step: string, total: number | undefined): void {
    [this.step, this.total, this.done] = [step, total, 0];
    this.begun.clear();
    this.#startedAt = performance.now();
  }

  finish(): FinishedStep {
    const finished = { step: this.step, items: this.done, seconds: Math.round(this.#elapsed * 1000) / 1000 };
    this.finished.push(finished);
    return finished;
  }

  get perSecond(): number {
    return this.done / Math.max(this.#elapsed, 0.001);
  }

  /** At the rate so far; undefined where that, or the total, is not known. */
  get secondsLeft(): number | undefined {
    if (this.total === undefined || this.done === 0) return undefined;
    return Math.max(this.total - this.done, 0) / this.perSecond;
  }

  get #elapsed(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }
}
