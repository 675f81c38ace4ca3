import { Bets } from './betting.ts';

export interface SequentialOptions {
  readonly threshold: number;
  /** Number of values that could be drawn, including those without a score. */
  readonly population: number;
  /** Error level of both directions together, 0.05 unless given. */
  readonly alpha?: number;
}

/** Decides whether the mean of a finite population of values in [0, 1] is above or below a threshold. It sees a part
 * of the population, drawn in random order, and may be asked after every value. The chance that it ever decides wrongly
 * is at most `alpha`, whatever the values are. Clusters do no harm: only the order is random. */
export class SequentialTest {
  readonly #bets: Bets;
  readonly #limit: number;
  readonly #waiting = new Map<number, number | null>();
  #next = 0;
  /** Undefined while it is open. A decision is final. */
  decision: 'above' | 'below' | undefined;
  /** Number of values used until the decision. */
  used = 0;

  constructor({ threshold, population, alpha = 0.05 }: SequentialOptions) {
    this.#bets = new Bets(threshold, population);
    this.#limit = Math.log(2 / alpha);
  }

  /** Takes the value at `position` (from 0) of the random order, or null if it has no score. Values may arrive in any
   * order. They are used in the drawn order, because values that take long may differ from the others. */
  put(position: number, value: number | null): void {
    this.#waiting.set(position, value);
    for (
      let value = this.#waiting.get(this.#next);
      value !== undefined;
      value = this.#waiting.get(this.#next)
    ) {
      this.#waiting.delete(this.#next);
      this.#next += 1;
      if (this.decision !== undefined) continue;
      this.#bets.add(value);
      this.used += 1;
      if (this.#bets.highest >= this.#limit) this.decision = 'above';
      else if (this.#bets.lowest >= this.#limit) this.decision = 'below';
    }
  }
}
