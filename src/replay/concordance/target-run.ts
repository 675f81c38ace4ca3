import { sum } from 'd3-array';
import type { z } from 'zod';
import type { CachedCall } from '../../model/cache.ts';
import type { FailedCall } from '../../model/call.ts';
import type { cost } from '../../results/parts.ts';
import type { Served } from '../../results/served.ts';
import type { ReplayError } from '../../shared/errors.ts';
import type { Candidate } from './candidate-aggregator.ts';
import type { EarlyStops } from './early-stopping.ts';
import { type Scored, scoreAnswer } from './score.ts';
import type { Target } from './targets.ts';

type Cost = z.output<typeof cost>;

export function sumOfCosts(costs: readonly Cost[]): Cost {
  const total = (key: keyof Cost) => sum(costs, ({ [key]: amount }) => amount);
  return {
    input_tokens: total('input_tokens'),
    output_tokens: total('output_tokens'),
    cache_read_input_tokens: total('cache_read_input_tokens'),
    cache_creation_input_tokens: total('cache_creation_input_tokens'),
    usd: costs.some(({ usd }) => usd === null) ? null : total('usd'),
    unpriced_calls: total('unpriced_calls'),
  };
}

/** What became of one candidate: its answer, scored, or why there is none. */
export type Replayed =
  | {
      readonly scored: Scored;
      readonly call: Pick<CachedCall, 'latency_ms' | 'paid'> & {
        readonly message: Pick<CachedCall['message'], 'usage' | 'model' | 'provider'>;
        /** What the call costs when made by itself, USD; null where that is not known. */
        readonly listUsd: number | null;
      };
    }
  | FailedCall;

/** The replays of one target model. */
export class TargetRun {
  readonly target: Target;
  /** Candidates by the hash of their call, in work order: captures with the same prompt share one call. */
  readonly byHash: ReadonlyMap<string, readonly Candidate[]>;
  /** A candidate without a result was not reached. */
  readonly results = new Map<Candidate, Replayed>();
  readonly cache = { hits: 0, misses: 0 };
  /** Why the model was given up; undefined where it was not. */
  error: ReplayError | undefined;
  /** What this run paid; cached answers cost nothing again. */
  cost: Cost = sumOfCosts([]);

  readonly #served = new Map<string, NonNullable<Served>[number]>();
  /** Absent where everything is sent. */
  readonly stops: EarlyStops | undefined;
  readonly #keepsAnswers: boolean;

  /** The replays still to be made of `candidates`, in order, which `stops` has in the same order. `keepsAnswers` keeps whole
   * answers: only where they will be written. */
  constructor(
    target: Target,
    candidates: readonly Candidate[],
    { keepsAnswers = false, stops }: { readonly keepsAnswers?: boolean; readonly stops?: EarlyStops } = {},
  ) {
    this.target = target;
    this.byHash = Map.groupBy(candidates, ({ entry, prompt }) => target.formOf(entry.family).hash(prompt, 0));
    this.stops = stops;
    this.#keepsAnswers = keepsAnswers;
  }

  /** All candidates, in work order. */
  get candidates(): Candidate[] {
    return [...this.byHash.values()].flat();
  }

  /** Takes in the answer to a call, and scores it for every candidate that asked the same. */
  answered(call: CachedCall): void {
    this.noteServed(call);
    const { latency_ms, paid, message } = call;
    const { usage, model, provider } = message;
    this.target.noteCharge(message);
    const listUsd = this.target.cost(message, 'messages');
    const told = { latency_ms, paid, listUsd, message: { usage, model, provider } };
    for (const candidate of this.byHash.get(call.hash) ?? []) {
      const found = scoreAnswer(candidate.entry.family, candidate.original, message);
      const scored = this.#keepsAnswers ? found : { ...found, answer: undefined };
      this.results.set(candidate, { scored, call: told });
      const isValid = 'agreement' in scored;
      this.#stopOf(candidate)?.put(candidate, isValid ? scored.agreement.score : 0, isValid);
    }
  }

  /** Takes note of what served a call. */
  noteServed({ message: { model = null, provider = null } }: CachedCall): void {
    const key = JSON.stringify([model, provider]);
    const answers = (this.#served.get(key)?.answers ?? 0) + 1;
    this.#served.set(key, { model, provider, answers });
  }

  /** What served the answers, the commonest first. */
  get served(): NonNullable<Served> {
    return [...this.#served.values()].sort((one, other) => other.answers - one.answers);
  }

  /** Takes in that a call has no answer. One that had no budget for another try was not reached. */
  failed(hash: string, failure: FailedCall): void {
    for (const candidate of this.byHash.get(hash) ?? []) {
      if (failure.reason === 'budget') {
        this.#stopOf(candidate)?.halt();
      } else {
        this.results.set(candidate, failure);
        this.#stopOf(candidate)?.put(candidate, null);
      }
    }
  }

  /** Takes in that the model is given up: what has no answer yet gets none. */
  giveUp(error: ReplayError): void {
    this.error = error;
    const failure = { reason: 'target_failed', error: error.message, transient: error.exitCode === 75 };
    for (const candidate of this.candidates) {
      if (!this.results.has(candidate)) this.results.set(candidate, failure);
    }
  }

  /** Whether an answer to a call is still of use; waits where that is about to be known. */
  async isWanted(hash: string, signal: AbortSignal): Promise<boolean> {
    const [first] = this.byHash.get(hash) as readonly [Candidate];
    return this.#stopOf(first)?.isWanted(first, signal) ?? true;
  }

  #stopOf({ entry }: Candidate) {
    return this.stops?.get(entry.family.id);
  }

  /** Adds what a call of this run used. */
  paid({ message: { usage }, paid: { usd } }: CachedCall): void {
    const cost = {
      input_tokens: usage.input_tokens,
      output_tokens: usage.output_tokens,
      cache_read_input_tokens: usage.cache_read_input_tokens ?? 0,
      cache_creation_input_tokens: usage.cache_creation_input_tokens ?? 0,
      usd,
      unpriced_calls: usd === null ? 1 : 0,
    };
    this.cost = sumOfCosts([this.cost, cost]);
  }
}
