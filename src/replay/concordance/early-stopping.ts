import { untilAborted } from '../../shared/abort.ts';
import { Random } from '../../statistics/random.ts';
import { SequentialTest } from '../../statistics/sequential-test.ts';
import { type Candidate, roundRobinByFamily, sortedByKey } from './candidate-aggregator.ts';

/** How far the calls of a family may run ahead of what is known before anything is. */
const FIRST_AHEAD = 8;
/** Fewer scores are no line of a summary. */
export const MIN_SCORES = 3;

interface StopOptions {
  /** The mean agreement that is to be told apart from. */
  readonly threshold: number;
  /** Error level of one decision. */
  readonly alpha: number;
}

/** Candidates by family, in random order, as one list in which the families take turns. The order is the same for
 * every model: what two models were asked is then as much the same as it can be. */
export function shuffledByFamily(candidates: readonly Candidate[], seed: string): Candidate[] {
  return roundRobinByFamily(candidates, (own, family) => {
    const drawn = sortedByKey(own);
    new Random(`${seed}/${family}`).shuffle(drawn);
    return drawn;
  });
}

/** By family id, of one model. */
export type EarlyStops = ReadonlyMap<string, EarlyStop>;

/** `candidates` as `shuffledByFamily` has them. */
export function earlyStops(candidates: readonly Candidate[], options: StopOptions): EarlyStops {
  const byFamily = Map.groupBy(candidates, ({ entry }) => entry.family.id);
  return new Map([...byFamily].map(([family, own]) => [family, new EarlyStop(own, options)]));
}

/** When a family's agreement is clear of the threshold, by a test over its candidates in their drawn order, so that no
 * other call needs to be made. */
export class EarlyStop {
  readonly test: SequentialTest;
  readonly #positions: ReadonlyMap<Candidate, number>;
  #scores = 0;
  /** Candidates, from the first in order, whose outcome is known. */
  #known = 0;
  readonly #outcomes = new Set<number>();
  #halted = false;
  /** Settled by the next thing that `isWanted` may wait for. */
  #change = Promise.withResolvers<void>();

  constructor(own: readonly Candidate[], { threshold, alpha }: StopOptions) {
    this.test = new SequentialTest({ threshold, population: own.length, alpha });
    this.#positions = new Map(own.map((candidate, position) => [candidate, position]));
  }

  /** Decided, and with valid answers enough to be reported. */
  get isSure(): boolean {
    return this.test.decision !== undefined && this.#scores >= MIN_SCORES;
  }

  /** Takes in what a candidate came to: its score, 0 of an invalid answer, or null when there is no answer. */
  put(candidate: Candidate, score: number | null, isValid = score !== null): void {
    const position = this.#positions.get(candidate) as number;
    if (isValid) this.#scores += 1;
    this.#outcomes.add(position);
    while (this.#outcomes.has(this.#known)) this.#known += 1;
    this.test.put(position, score);
    this.#wake();
  }

  /** Notes that a candidate was not reached: the test cannot go on from there. */
  halt(): void {
    this.#halted = true;
    this.#wake();
  }

  /** Waits until the test is near enough to need this candidate, and resolves to whether it does; to false once
   * aborted. */
  async isWanted(candidate: Candidate, signal: AbortSignal): Promise<boolean> {
    const position = this.#positions.get(candidate) as number;
    // What is sent ahead may turn out not to have been needed: no more of that than was needed already.
    const isFar = () => position - this.#known >= Math.max(FIRST_AHEAD, this.#known);
    const isOver = () => this.isSure || this.#halted || signal.aborted;
    while (!isOver() && isFar()) await untilAborted(this.#change.promise, signal).catch(() => {});
    return !isOver();
  }

  #wake(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}
