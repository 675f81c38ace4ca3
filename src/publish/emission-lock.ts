import { setTimeout as sleep } from 'node:timers/promises';
import { metricsClaimKey } from '../results/keys.ts';
import { AlreadyExistsError } from '../shared/errors.ts';
import { stringAt } from '../shared/json.ts';
import { readJson } from '../store/read.ts';
import type { Store } from '../store/store.ts';

/** Longer than an emission takes with all its retries: a claim this old that is not settled died. */
const CLAIM_LIFETIME_MS = 60_000;
const POLL_MS = 2_000;

interface Claimed {
  readonly store: Store;
  readonly runId: string;
  readonly series: string;
}

/** Runs `emit` unless another run with this run id has done so for the series. Of runs at the same time one wins the claim by
 * conditional put; one that finds an unsettled claim waits for it, and takes over when it outlives its
 * lifetime. Resolves to whether `emit` ran; throws what it throws, leaving the claim free to be taken over.
 *
 * A process killed after `emit` and before the claim is settled, milliseconds apart, makes the next emit again. */
export async function claimEmission(claimed: Claimed, emit: () => Promise<void>): Promise<boolean> {
  for (let claim = 1; ; claim += 1) {
    const key = metricsClaimKey(claimed.runId, claimed.series, claim);
    const settle = (state: string) =>
      claimed.store.put(key, stateOf(state), { contentType: 'application/json' });
    try {
      await claimed.store.putIfAbsent(key, stateOf('claimed'), { contentType: 'application/json' });
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
      if ((await settledState(claimed.store, key)) === 'emitted') return false;
      continue;
    }
    try {
      await emit();
    } catch (error) {
      await settle('failed');
      throw error;
    }
    await settle('emitted');
    return true;
  }
}

/** State of another's claim once it is settled, or `dead` when it outlived its lifetime. */
async function settledState(store: Store, key: string): Promise<string> {
  for (;;) {
    const claim = await readJson(store, key);
    const state = stringAt(claim, 'state') ?? 'dead';
    if (state !== 'claimed') return state;
    const since = Date.parse(stringAt(claim, 'at') ?? '');
    if (!(Date.now() - since < CLAIM_LIFETIME_MS)) return 'dead';
    await sleep(POLL_MS);
  }
}

function stateOf(state: string): string {
  return `${JSON.stringify({ state, at: new Date().toISOString() })}\n`;
}
