import { sum } from 'd3-array';
import { Budget } from '../../model/budget.ts';
import { type CachedCall, CallCache } from '../../model/cache.ts';
import type { CallContext, CallOutcome, PendingCall, Transport } from '../../model/call.ts';
import type { PriceList } from '../../model/prices.ts';
import { digestPrompt } from '../../model/prompt.ts';
import { record } from '../../model/recorded.ts';
import { openTransport } from '../../model/transport.ts';
import type { CapturedPrompt } from '../../pool/candidates.ts';
import type { WorkerPool } from '../../pool/pool.ts';
import { type CostRows, claimCostRows, type PaidCall, paidCallOf } from '../../publish/cost-rows.ts';
import { Files } from '../../publish/files.ts';
import { callCachePrefix } from '../../results/keys.ts';
import type { ReplaySettings } from '../../settings/settings.ts';
import { AccessError, LoadError, ReplayError, TransientError } from '../../shared/errors.ts';
import type { LoadFailure } from '../ingest/artifact-aggregator.ts';
import type { Run } from '../ingest/run.ts';
import type { Candidate } from './candidate-aggregator.ts';
import { lookUp } from './look-up.ts';
import { giveUpModel, type NoiseCeiling } from './noise-ceiling.ts';
import type { TargetRun } from './target-run.ts';
import { priceListOf } from './targets.ts';

/** Makes every replay, in order: from the cache what is there, the rest by the transport; then those of the noise
 * ceiling, so that what budget there is goes to the targets first. Each answer is kept as it comes. Throws what ends
 * the run as a whole, an interruption included; what was paid until then is kept and has its cost rows. */
export async function makeReplays(
  run: Run<ReplaySettings>,
  pool: WorkerPool,
  targets: readonly TargetRun[],
  ceiling?: NoiseCeiling,
) {
  const { out, runId, now, settings, signal } = run;
  const costRows =
    settings.writesNothing || settings.noCostRows ? undefined : await claimCostRows(out, runId, now);
  const executor = new ReplayExecutor(run, pool, costRows);
  try {
    await executor.make(targets);
    if (ceiling) await executor.make(ceiling.replays, (one, error) => giveUpModel(ceiling, one, error));
  } finally {
    await executor.writeCostRows();
  }
  signal.throwIfAborted();
  const { budget, unpriced, files, lost } = executor;
  return {
    /** Whether the budget ended the run before its work did. */
    budgetStopped: budget.exhausted || unpriced.exhausted,
    writeFailures: files.failures,
    /** Captures whose prompt could not be had again, each once. */
    lost: [...lost.values()],
  };
}

class ReplayExecutor {
  readonly budget: Budget;
  /** Of calls without a known price: each takes 1. */
  readonly unpriced: Budget;
  readonly files: Files;
  /** Captures that could not be had again for their prompts, by key. */
  readonly lost = new Map<string, LoadFailure>();
  readonly #run: Run<ReplaySettings>;
  readonly #pool: WorkerPool;
  /** What calls are paid by; undefined where they are not paid. */
  readonly #list: PriceList | undefined;
  readonly #costRows: CostRows | undefined;
  readonly #cache: CallCache;
  #transport: Transport | undefined;
  /** Aborted by the first answer that cannot be kept, for whatever is paid after it may be lost, too; and by a fault of
   * the corpus that is not of one object. */
  readonly #ended = new AbortController();
  /** Calls that other runs paid for, whose cost rows may be missing. */
  readonly #found: PaidCall[] = [];

  constructor(run: Run<ReplaySettings>, pool: WorkerPool, costRows: CostRows | undefined) {
    this.#run = run;
    this.#pool = pool;
    this.files = new Files(run.out);
    this.#list = priceListOf(run.settings.transport);
    this.#costRows = costRows;
    this.#cache = new CallCache(run.out, callCachePrefix(run.settings.transport));
    const { maxCostUsd, maxCalls, partition } = run.settings;
    const partitions = partition?.size ?? 1;
    this.budget = new Budget(maxCostUsd / partitions);
    this.unpriced = new Budget(Math.ceil(maxCalls / partitions));
  }

  /** Makes the calls of several models. One that fails for good is given up, and the others go on; throws the error of
   * the first when all of them do, unless `givesUp` takes note of it. */
  async make(
    replays: readonly TargetRun[],
    givesUp?: (one: TargetRun, error: ReplayError) => void,
  ): Promise<void> {
    const { progress, signal, log } = this.#run;
    const pending = await this.#pending(replays);
    const total = sum(pending.values(), ({ length }) => length);
    if (total === 0) return;
    if (this.#keepsAnswers) await this.#cache.checkWritable();
    this.#transport ??= await this.#open();
    const transport = this.#transport;
    progress.start('call models', total);
    const crashed = new AbortController();
    const stop = AbortSignal.any([signal, this.#ended.signal, crashed.signal]);
    const errors: ReplayError[] = [];
    const make = async (one: TargetRun, hashes: readonly string[]) => {
      const calls = hashes.map((hash) => this.#pendingCall(one, hash));
      try {
        await transport.send(calls, this.#context(one, stop));
      } catch (error) {
        if (!(error instanceof ReplayError)) {
          crashed.abort(error);
          throw error;
        }
        if (stop.aborted) return;
        errors.push(error);
        if (givesUp) return givesUp(one, error);
        one.giveUp(error);
        log.error({ target: one.target.params.model }, `gave up a target model: ${error.message}`);
      }
    };
    const asked = [...pending].filter(([, hashes]) => hashes.length > 0);
    const settled = await Promise.allSettled(asked.map(([one, hashes]) => make(one, hashes)));
    progress.finish();
    for (const result of settled) if (result.status === 'rejected') throw result.reason;
    if (!signal.aborted) this.#ended.signal.throwIfAborted();
    const [first] = errors;
    if (first && !givesUp && errors.length === asked.length) throw first;
  }

  /** The calls that are neither in the cache nor, as far as the cache tells, of no use. */
  async #pending(replays: readonly TargetRun[]): Promise<Map<TargetRun, string[]>> {
    const pending = await lookUp(this.#run, replays, (one, call) => this.#hit(one, call));
    for (const [one, hashes] of pending) {
      const { stops, byHash } = one;
      if (!stops) continue;
      const isOpen = (hash: string) => !stops.get(byHash.get(hash)?.[0]?.entry.family.id ?? '')?.isSure;
      pending.set(one, hashes.filter(isOpen));
    }
    return pending;
  }

  async #open(): Promise<Transport> {
    const { settings, log, out, runId } = this.#run;
    const { transport, recordings } = settings;
    return openTransport({
      transport,
      recordings,
      store: out,
      runId,
      isFirstRun:
        transport === 'batches' && !settings.noCostRows && (await out.list('_cost_raw/')).objects.length <= 1,
      log: (line) => log.info(line),
    });
  }

  async writeCostRows(): Promise<void> {
    const rows = this.#costRows;
    if (rows) await this.files.attempt(rows.key, () => rows.write(this.#found));
  }

  async #hit(replays: TargetRun, call: CachedCall): Promise<void> {
    replays.cache.hits += 1;
    replays.answered(call);
    const { paid } = call;
    // The budget is that of the whole run, whichever of its processes paid.
    if (this.#run.settings.continues && paid.run_id === this.#run.runId) {
      this.budget.book(paid.usd ?? 0);
      if (paid.usd === null) this.unpriced.book(1);
    }
    if (this.#costRows?.mayMiss(paid, this.#run.now)) this.#found.push(paidCallOf(call));
    await this.#record(call);
  }

  #pendingCall(replays: TargetRun, hash: string): PendingCall {
    const { target, byHash } = replays;
    const { params } = target;
    const [candidate] = byHash.get(hash) as readonly [Candidate];
    const { entry, prompt } = candidate;
    const form = target.formOf(entry.family);
    const list = this.#list;
    return {
      hash,
      model: params.model,
      maxTokens: params.maxTokens,
      // What the service was seen to charge may grow until it is asked.
      get worstUsd() {
        return list ? (target.worst(form.bytes(prompt), list) ?? 1) : 0;
      },
      request: async () => form.request(await this.#promptOf(candidate)),
      isWanted: (signal) => replays.isWanted(hash, signal),
    };
  }

  /** Reads a capture again for its prompt: of all prompts at once there would be too many to hold. Throws ReplayError when
   * the one that was first read cannot be had any more. */
  async #promptOf({ entry, prompt: { hash } }: Candidate): Promise<CapturedPrompt['prompt']> {
    const { prompt } = await this.#pool.readPrompt(entry).catch((error) => {
      if (error instanceof AccessError) {
        const kind = error.passes ? 'passing' : 'refused';
        this.lost.set(entry.key, { entry, error: error.message, kind });
      } else if (error instanceof ReplayError && !(error instanceof LoadError)) this.#ended.abort(error);
      throw error;
    });
    if (digestPrompt(prompt).hash === hash) return prompt;
    throw new LoadError(
      `expected ${entry.key} as it was, found another prompt in it; run the same command again`,
    );
  }

  #context(replays: TargetRun, signal: AbortSignal): CallContext {
    const list = this.#list;
    const { target } = replays;
    const isPriced = !list || target.price !== undefined;
    return {
      budget: isPriced ? this.budget : this.unpriced,
      signal,
      known: replays.cache.hits,
      cost: (message) => {
        if (!list) return 0;
        return isPriced ? (target.cost(message, list) ?? 0) : 1;
      },
      completed: async (call, outcome) => {
        replays.cache.misses += 1;
        await this.#completed(replays, call, outcome);
        this.#run.progress.advance();
      },
    };
  }

  async #completed(replays: TargetRun, call: PendingCall, outcome: CallOutcome): Promise<void> {
    if ('reason' in outcome) return replays.failed(call.hash, outcome);
    const { settings, runId } = this.#run;
    const { message, latencyMs } = outcome;
    const { hash, model } = call;
    const [candidate] = replays.byHash.get(hash) as readonly [Candidate];
    const list = this.#list;
    const completed: CachedCall = {
      schema_version: 1,
      hash,
      model,
      message,
      latency_ms: latencyMs,
      paid: {
        at: new Date().toISOString(),
        run_id: runId,
        agent_id: candidate.entry.agentId,
        usd: list ? replays.target.cost(message, list) : 0,
        cost_key: (list && this.#costRows?.key) ?? null,
      },
    };
    const isBatch = settings.transport === 'batches';
    const kept = await this.#keep(completed);
    // The next run takes it out of its batch once more, and writes its cost row.
    if (!kept && isBatch) return;
    // A batch that two runs follow is paid once: by the run whose copy of the answer is kept.
    const isTheirs = isBatch && kept !== completed && message.id !== '' && kept?.message.id === message.id;
    if (list && !isTheirs) {
      replays.paid(completed);
      this.#costRows?.add(paidCallOf(completed));
      // Outside the budget as it was begun, and yet it cost what its service names.
      if (!replays.target.price) this.budget.book(completed.paid.usd ?? 0);
    }
    replays.answered(kept ?? completed);
    await this.#record(completed);
  }

  async #record(call: CachedCall): Promise<void> {
    const { record: folder } = this.#run.settings;
    if (folder === undefined) return;
    await this.files.attempt(call.hash, () => record(folder, call, call.message));
  }

  get #keepsAnswers(): boolean {
    return !this.#run.settings.noCache && !this.#run.settings.writesNothing;
  }

  /** Resolves to the call that is kept, which may be that of another run; undefined when it cannot be kept, which
   * ends the run. */
  async #keep(call: CachedCall): Promise<CachedCall | undefined> {
    if (!this.#keepsAnswers) return call;
    let kept: CachedCall | undefined;
    const isKept = await this.files.attempt(call.hash, async () => {
      kept = await this.#cache.keep(call);
    });
    if (isKept) return kept;
    const found = `expected to keep every answer under ${this.#run.out.uri}, found that ${this.files.failures.at(-1)?.error}`;
    this.#ended.abort(
      new TransientError(`${found}; no further call was begun; mend it and run the same command again`),
    );
    return undefined;
  }
}
