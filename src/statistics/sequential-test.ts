import { Bets } from './betting.ts';

export interface SequentialOptions {
  readonly threshold: number;
  /** Candidates that could be drawn, those without a score included. */
  readonly population: number;
  /** Error level of the decision, either way together: 0.05 unless given. */
  readonly alpha?: number;
}

/** Decides whether the mean of a finite population of values in [0, 1] is above or below a threshold, from a part of
 * it drawn in random order, and may be asked after every value: the chance that it ever decides wrongly is at most
 * `alpha`, whatever the values, and whether or not they come in clusters, for the order alone is what is random. */
export class SequentialTest {
  readonly #bets: Bets;
  readonly #limit: number;
  readonly #waiting = new Map<number, number | null>();
  #next = 0;
  /** Undefined as long as it is open. A decision stays. */
  decision: 'above' | 'below' | undefined;
  /** Values that were used up to the decision. */
  used = 0;

  constructor({ threshold, population, alpha = 0.05 }: SequentialOptions) {
    this.#bets = new Bets(threshold, population);
    this.#limit = Math.log(2 / alpha);
  }

  /** Takes the value at `position` of the random order, 0 first, or null when it turned out to have no score. Values
   * may come in any order, as they complete; they are used in the drawn one, for what takes long may differ. */
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
