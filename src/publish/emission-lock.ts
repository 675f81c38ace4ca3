import { setTimeout as sleep } from 'node:timers/promises';
import { metricsClaimKey } from '../results/keys.ts';
import { AlreadyExistsError, ReplayError } from '../shared/errors.ts';
import { stringAt } from '../shared/json.ts';
import { MAX_RECORD, readJson } from '../store/read.ts';
import type { Store } from '../store/store.ts';

/** Longer than an emission takes with all its retries: the run behind a claim this old that is not settled died. */
const CLAIM_LIFETIME_MS = 60_000;
const POLL_MS = 2_000;

interface Claimed {
  readonly store: Store;
  readonly runId: string;
  readonly series: string;
  /** Ends the wait for another run's claim, and throws its reason. */
  readonly signal: AbortSignal;
}

/** `claimed`: nothing is sent yet. `sending`: some of it may be. The others are settled. */
type State = 'claimed' | 'sending' | 'emitted' | 'failed';

/** Runs `emit` unless another run with this run id has, or may have, done so for the series. Of runs at the same time one
 * wins the claim by conditional put; one that finds an unsettled claim waits for it. A claim that outlives its lifetime
 * is taken over where nothing was sent under it. Resolves to why `emit` did not run, undefined where it did; throws what
 * it throws, leaving the claim free to be taken over, or what keeps the claim from being settled.
 *
 * A process killed while it sends leaves its datapoints in doubt: they are not sent again. */
export async function claimEmission(
  claimed: Claimed,
  emit: () => Promise<void>,
): Promise<string | undefined> {
  const { store, runId, series, signal } = claimed;
  for (let claim = 1; ; claim += 1) {
    const key = metricsClaimKey(runId, series, claim);
    const settle = (state: State) => store.put(key, stateOf(state), { contentType: 'application/json' });
    try {
      await store.putIfAbsent(key, stateOf('claimed'), { contentType: 'application/json' });
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
      const state = await settledState(store, key, signal);
      if (state === 'emitted') return 'already_emitted_for_this_run_id';
      if (state === 'sending') return 'may_have_been_emitted_for_this_run_id';
      continue;
    }
    // Before anything is sent: a claim that cannot be settled afterwards must keep others from sending.
    await settle('sending');
    try {
      await emit();
    } catch (error) {
      await settle('failed').catch((unsettled) => {
        if (!(unsettled instanceof ReplayError)) throw unsettled;
      });
      throw error;
    }
    await settle('emitted');
    return undefined;
  }
}

/** State of another's claim once it is settled, or as it is when it has outlived its lifetime: by its date, or by our
 * own clock where the other's runs ahead. */
async function settledState(store: Store, key: string, signal: AbortSignal): Promise<unknown> {
  const foundAt = performance.now();
  for (;;) {
    const claim = await readJson(store, key, MAX_RECORD);
    const age = Date.now() - Date.parse(stringAt(claim, 'at') ?? '');
    const isAlive = age < CLAIM_LIFETIME_MS && performance.now() - foundAt < CLAIM_LIFETIME_MS;
    if (!isAlive || (claim?.state !== 'claimed' && claim?.state !== 'sending')) return claim?.state;
    await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function stateOf(state: State): string {
  return `${JSON.stringify({ state, at: new Date().toISOString() })}\n`;
}
