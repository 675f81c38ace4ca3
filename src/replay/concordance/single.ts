import { fileURLToPath } from 'node:url';
import { familyOf } from '../../agents/registry.ts';
import { parseKey } from '../../corpus/key.ts';
import type { Entry } from '../../corpus/listing.ts';
import type { WorkerPool } from '../../pool/pool.ts';
import { slicesOf } from '../../pool/slices.ts';
import { Files, type WriteFailure } from '../../publish/files.ts';
import type { Outcome } from '../../publish/result.ts';
import type { SingleSettings } from '../../settings/settings.ts';
import { RunError, TransientError } from '../../shared/errors.ts';
import { openStore } from '../../store/open.ts';
import type { Run } from '../ingest/run.ts';
import { withPool } from '../ingest/with-pool.ts';
import { type Candidate, CandidateAggregator, familySkip } from './candidate-aggregator.ts';
import { planReplays } from './plan.ts';
import { makeReplays } from './replay-executor.ts';
import { showReplays } from './show-replays.ts';
import { type Replayed, TargetRun } from './target-run.ts';
import { capturedPrices, openPrices, openTargets, type Target } from './targets.ts';
import { truncateDecision } from './worst-disagreements.ts';

/** Replays one artifact and shows both decisions side by side. */
export async function single(run: Run<SingleSettings>, pool: WorkerPool): Promise<Outcome> {
  const { settings } = run;
  return withPool(pool, async () => {
    const entry = entryOf(settings);
    const reason = familySkip(entry.family, settings.includeToolLoops);
    if (reason !== undefined) return skipped(entry, reason);
    const prices = await openPrices(settings, run.now);
    const [target] = (await openTargets(settings, prices, run.now)) as [Target];
    const aggregator = new CandidateAggregator([entry], entry.day, capturedPrices(settings, prices));
    const results = await pool.read('candidates', slicesOf([entry]), run.signal);
    for (const result of results) aggregator.add(result);
    const [failure] = aggregator.failures;
    if (failure) {
      const message = `${entry.key}: ${failure.error}`;
      throw failure.kind === 'passing' ? new TransientError(message) : new RunError(message);
    }
    const set = aggregator.finish([entry.family.id], []);
    const [candidate] = set.candidates;
    if (!candidate) return skipped(entry, set.skips[0]?.reason ?? 'unknown');
    const replays = new TargetRun(target, [candidate], { keepsAnswers: true });
    if (settings.dryRun) return planReplays(run, set, [replays], []);

    const { budgetStopped, writeFailures } = await makeReplays(run, pool, [replays]);
    const replayed = replays.results.get(candidate);
    if (!replayed || budgetStopped) {
      throw new RunError(`expected --max-cost-usd to allow one call, found ${settings.maxCostUsd}; raise it`);
    }
    const files = new Files(run.out);
    if (!settings.writesNothing) await showReplays(run, pool, files, [replays], { persists: true });
    return outcomeOf(candidate, replayed, [...writeFailures, ...files.failures]);
  });
}

/** The artifact that a key names: relative to the corpus, as the bucket or the disk has it, or as a whole URI. Throws RunError when it
 * names none of a known agent. */
function entryOf({ corpus, artifactKey: given }: SingleSettings): Entry {
  const store = openStore(corpus);
  const path = store.uri.startsWith('file:') ? fileURLToPath(store.uri) : undefined;
  const prefixes = [`${store.uri}/`, ...(path ? [`file://${path}/`, `${path}/`] : [store.fullKey('')])];
  const prefix = prefixes.find((one) => given.startsWith(one)) ?? '';
  store.close();
  const key = given.slice(prefix.length);
  const parsed = parseKey(key);
  const family = parsed && familyOf(parsed.agentId);
  if (parsed && family) return { ...parsed, size: 0, etag: '', family };
  throw new RunError(
    `expected --artifact-key YYYY/MM/DD/{agent_id}/{run_id}.json of a known agent under ${corpus}, found ${given}`,
  );
}

function skipped(entry: Entry, reason: string): Outcome {
  const summary = { artifact_key: entry.key, agent_id_base: entry.family.id, skipped: reason };
  return { status: 'OK', exitCode: 0, found: { summary } };
}

function outcomeOf(
  candidate: Candidate,
  replayed: Replayed,
  writeFailures: readonly WriteFailure[],
): Outcome {
  const { entry, original, originalModel } = candidate;
  const common = {
    artifact_key: entry.key,
    agent_id_base: entry.family.id,
    original_model: originalModel,
    original_decision: truncateDecision(original.decision),
  };
  if ('reason' in replayed) {
    const error = `${entry.key}: ${replayed.reason}: ${replayed.error}`;
    return { status: 'ERROR', exitCode: replayed.transient ? 75 : 1, error, found: { summary: common } };
  }
  const { scored, call } = replayed;
  const answer =
    'agreement' in scored
      ? {
          agreement: scored.agreement.score,
          diagnostics: scored.agreement.diagnostics,
          replay_decision: truncateDecision(scored.decision),
        }
      : { invalid_answer: scored.reason, error: scored.error, answer: truncateDecision(scored.answer) };
  return {
    status: writeFailures.length > 0 ? 'PARTIAL' : 'OK',
    exitCode: 0,
    written: 1,
    found: {
      summary: {
        ...common,
        ...answer,
        usd: call.paid.usd,
        latency_ms: call.latency_ms,
        write_failures: writeFailures,
      },
    },
  };
}
