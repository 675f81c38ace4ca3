import { importTransports } from '../../model/transport.ts';
import type { WorkerPool } from '../../pool/pool.ts';
import { Files } from '../../publish/files.ts';
import { type Publication, publish } from '../../publish/publish.ts';
import type { Outcome } from '../../publish/result.ts';
import { modelSegment } from '../../results/keys.ts';
import { type Summary, summaryKey } from '../../results/summary.ts';
import {
  type ConcordanceSettings,
  type Partition,
  type ReplaySettings,
  targetsOf,
} from '../../settings/settings.ts';
import { tooManyFailed } from '../ingest/load-failures.ts';
import { partitionOutcome } from '../ingest/partition.ts';
import { notKeptOf } from '../ingest/read-artifacts.ts';
import type { Run } from '../ingest/run.ts';
import { withPool } from '../ingest/with-pool.ts';
import { type Candidate, workOrder } from './candidate-aggregator.ts';
import { sumUpCeiling } from './ceiling-summary.ts';
import { earlyStops, shuffledByFamily } from './early-stopping.ts';
import { type IngestedCandidates, ingestCandidates } from './ingest-candidates.ts';
import { drawCeiling } from './noise-ceiling.ts';
import { everyCallFailed, summariseRun } from './outcome.ts';
import { pairedDifferences } from './paired-differences.ts';
import { planReplays } from './plan.ts';
import { makeReplays } from './replay-executor.ts';
import { showReplays } from './show-replays.ts';
import { loadFailuresOf, summariseTarget } from './summary.ts';
import { TargetRun } from './target-run.ts';
import { openPrices, openTargets, type Target } from './targets.ts';
import { writeAgreements } from './write-agreements.ts';

/** Would a cheaper model, given the same prompt, have decided the same? Classifies captures, makes their replays,
 * publishes how far these agree. */
export function concordance(run: Run<ConcordanceSettings>, pool: WorkerPool): Promise<Outcome> {
  const { settings, runId, now } = run;
  return withPool(pool, async () => {
    const prices = await openPrices(settings, now);
    const ingested = await ingestCandidates(run, pool, prices);
    if ('status' in ingested) return ingested;
    const targets = await openTargets(settings, prices, now);
    const { partition } = settings;
    if (partition) return replayPartition(run, pool, partition, ingested, targets);

    const { listing, set } = ingested;
    const loadFailures = loadFailuresOf(ingested.loadFailures);
    const candidates = workOrder(set.candidates, settings.maxArtifacts);
    const asked = targets.map((target) => targetRunOf(run, target, candidates));
    const sample =
      settings.ceiling === null ? undefined : await drawCeiling(run, prices, candidates, settings.ceiling);
    if (settings.dryRun) return planReplays(run, set, asked, loadFailures, sample);
    const replays = await makeReplays(run, pool, asked, sample);
    const outage = tooManyLost(ingested, replays, settings.maxLostShare) ?? everyCallFailed(asked);
    if (outage) return outage;

    const { budgetStopped } = replays;
    const level = settings.confidence;
    const overCap = set.candidates.length - candidates.length;
    const ceiling = sample && sumUpCeiling(sample, level);
    const parts = { run, set, loadFailures, overCap, ceiling, budgetStopped };
    const summaries = asked.map((one) => summariseTarget(one, parts));
    const differences = pairedDifferences(asked, { seed: `${runId}/difference`, level });

    const files = new Files(run.out);
    const worst = await showReplays(run, pool, files, asked, { persists: settings.persistReplays });
    const emission = await publish(
      run,
      files,
      summaries.map((summary) => publicationOf(summary, runId)),
    );
    if (!settings.noTables) await writeAgreements(run, files, asked);
    const writeFailures = [...replays.writeFailures, ...files.failures];
    const found = { summaries, differences, worst, ceiling: ceiling?.summary };
    const notKept = notKeptOf(pool);
    return summariseRun({ run, listing, set, targets: asked, ...found, writeFailures, notKept, emission });
  });
}

/** The replays of one target: in work order, or in the random one that the sequential test needs. */
function targetRunOf(
  run: Run<ConcordanceSettings>,
  target: Target,
  candidates: readonly Candidate[],
): TargetRun {
  const { persistReplays: keepsAnswers, stopWhenSure, stopError, interchangeableThreshold } = run.settings;
  if (!stopWhenSure) return new TargetRun(target, candidates, { keepsAnswers });
  const drawn = shuffledByFamily(candidates, `${run.runId}/order`);
  const stops = earlyStops(drawn, { threshold: interchangeableThreshold, alpha: stopError });
  return new TargetRun(target, drawn, { keepsAnswers, stops });
}

/** A job of an array: makes the calls of its own slices, which the last step of the array finds in the cache. With a
 * cap on all artifacts, or when the replays may stop, only the last step can tell which calls are wanted; those of the
 * noise ceiling are its own. */
async function replayPartition(
  run: Run<ConcordanceSettings>,
  pool: WorkerPool,
  partition: Partition,
  ingested: IngestedCandidates,
  targets: readonly Target[],
): Promise<Outcome> {
  const { set, own } = ingested;
  const { maxArtifacts, stopWhenSure, dryRun } = run.settings;
  if (maxArtifacts !== null || stopWhenSure || dryRun) return partitionOutcome(partition, pool, own);
  const keys = new Set(own.flatMap(({ artifacts }) => artifacts.map(({ key }) => key)));
  const order = workOrder(
    set.candidates.filter(({ entry }) => keys.has(entry.key)),
    null,
  );
  const asked = targets.map((target) => new TargetRun(target, order));
  const replays = await makeReplays(run, pool, asked);
  const lost = tooManyLost(ingested, replays, run.settings.maxLostShare);
  if (lost) return lost;
  const calls = asked.map(({ target, cache, cost }) => {
    return { target_model: target.params.model, cache, cost };
  });
  const outcome = partitionOutcome(partition, pool, own, { calls });
  return replays.budgetStopped ? { ...outcome, status: 'PARTIAL' } : outcome;
}

/** The outcome where too many captures could be had neither for classifying nor, since, for their prompts. */
function tooManyLost(
  { loadFailures, artifacts }: IngestedCandidates,
  { lost }: Awaited<ReturnType<typeof makeReplays>>,
  maxLostShare: number,
): Outcome | undefined {
  return tooManyFailed([...loadFailures, ...lost], artifacts, maxLostShare);
}

/** A shell-run's part of the jobs that replay: the pool boots, and what calls models is imported. */
export async function bootReplays(settings: ReplaySettings, pool: WorkerPool): Promise<void> {
  await Promise.all([pool.boot(), importTransports(targetsOf(settings))]);
}

function publicationOf(summary: Summary, runId: string): Publication {
  const { target_model, per_agent } = summary;
  const name = 'agent_cheap_model_concordance';
  const data = per_agent.map(({ agent_id_base, n, mean, newest_input_date }) => {
    const dimensions = { judged_agent_id: agent_id_base, target_model };
    return {
      agent: agent_id_base,
      newestInput: newest_input_date,
      data: [
        { name, dimensions, unit: 'None' as const, value: mean },
        { name: `${name}_n_observations`, dimensions, unit: 'Count' as const, value: n },
      ],
    };
  });
  const series = `concordance.${modelSegment(target_model)}`;
  return { key: summaryKey(runId, target_model), document: summary, hasLatest: true, data, series };
}
