import { importTransports } from '../../model/transport.ts';
import type { WorkerPool } from '../../pool/pool.ts';
import { type Slice, slicesOf } from '../../pool/slices.ts';
import { CostRows } from '../../publish/cost-rows.ts';
import { Files } from '../../publish/files.ts';
import { type AgentData, type Emission, emitMetrics, joinEmissions } from '../../publish/metrics.ts';
import type { Outcome } from '../../publish/result.ts';
import { modelSegment, summaryKey } from '../../results/keys.ts';
import type { Settings } from '../../settings/settings.ts';
import { openStore } from '../../store/open.ts';
import { tooManyFailed } from '../ingest/load-failures.ts';
import { partition, partitionOutcome, withDuplicates } from '../ingest/partition.ts';
import { poolFor } from '../ingest/pool-for.ts';
import { artifactsIn, listArtifacts, readSlices } from '../ingest/read-artifacts.ts';
import type { Run } from '../ingest/run.ts';
import {
  type Candidate,
  CandidateAggregator,
  familySkip,
  type ReplaySet,
  workOrder,
} from './candidate-aggregator.ts';
import { SummedCeiling } from './ceiling-summary.ts';
import { EarlyStopping, shuffledByFamily } from './early-stopping.ts';
import { NoiseCeiling } from './noise-ceiling.ts';
import { everyCallFailed, summariseRun } from './outcome.ts';
import { pairedDifferences } from './paired-differences.ts';
import { persistReplays } from './persist-replays.ts';
import { planReplays } from './plan.ts';
import { makeReplays } from './replay-executor.ts';
import { type ConcordanceSummary, loadFailuresOf, summariseTarget } from './summary.ts';
import { TargetRun } from './target-run.ts';
import { type Target, targetOf } from './targets.ts';
import { worstDisagreements } from './worst-disagreements.ts';

/** Would a cheaper model, given the same prompt, have decided the same? Lists, classifies, asks, compares,
 * publishes. */
export async function concordance(run: Run): Promise<Outcome> {
  const { settings } = run;
  const corpus = openStore(settings.corpus, { create: false });
  const pool = poolFor(settings, settings.threads);
  try {
    const listing = await listArtifacts(run, corpus);
    const reasons = listing.entries.map(({ family }) => familySkip(family, settings.includeToolLoops));
    const entries = listing.entries.filter((_, index) => reasons[index] === undefined);
    const unread = listing.entries.flatMap((entry, index) => {
      const reason = reasons[index];
      return reason === undefined ? [] : [{ entry, reason }];
    });
    const targets = settings.targetModels.map((model) => targetOf(model, settings, run.now));
    const slices = slicesOf(entries);
    const own = settings.share ? partition(slices, settings.share) : slices;
    const fold = new CandidateAggregator(entries);
    const wanted = settings.share ? withDuplicates(own, slices) : slices;
    await readSlices(run, pool, 'candidates', wanted, (piece) => fold.add(piece));
    const failed = tooManyFailed(entries, fold.failures, artifactsIn(wanted), settings.maxLostShare);
    if (failed) return failed;
    const set = fold.finish(settings.agents, unread);
    if (settings.share) return await replayShare(run, pool, set, own, targets);
    const candidates = workOrder(set.candidates, settings.maxArtifacts);
    const loadFailures = loadFailuresOf(entries, fold.failures);
    const asked = targets.map((target) => replaysOf(run, target, candidates));
    const ceiling =
      settings.ceiling === null ? undefined : NoiseCeiling.of(run, candidates, settings.ceiling);
    if (settings.dryRun) return planReplays(run, set, asked, loadFailures, ceiling);

    const costRows = await CostRows.claim(run.out, run.runId, run.now);
    const replays = await makeReplays(run, pool, asked, costRows, ceiling);
    const outage = everyCallFailed(replays.targets);
    if (outage) return outage;
    const files = new Files(run.out);
    const level = settings.confidence;
    const overCap = set.candidates.length - candidates.length;
    const summed = ceiling && new SummedCeiling(ceiling, { seed: `${run.runId}/ceiling`, level });
    const parts = { run, set, loadFailures, overCap, ceiling: summed, budgetStopped: replays.budgetStopped };
    const summaries = replays.targets.map((one) => summariseTarget(one, parts));
    const worst = await worstDisagreements(run, pool, replays.targets);
    if (settings.persistReplays) await persistReplays(run, pool, files, replays.targets);
    const emission = await publish(run, files, summaries);
    const writeFailures = [...replays.writeFailures, ...files.failures];
    const differences = pairedDifferences(replays.targets, { seed: `${run.runId}/difference`, level });
    const noiseCeiling = summed?.summary;
    return summariseRun({
      run,
      listing,
      set,
      summaries,
      differences,
      worst,
      ceiling: noiseCeiling,
      writeFailures,
      emission,
    });
  } finally {
    await pool.close();
    corpus.close();
  }
}

/** The replays of one target: in work order, or in the random one that the sequential test needs. */
function replaysOf(run: Run, target: Target, candidates: readonly Candidate[]): TargetRun {
  const { persistReplays: keepsAnswers, stopWhenSure, stopError, interchangeableThreshold } = run.settings;
  if (!stopWhenSure) return TargetRun.of(target, candidates, { keepsAnswers });
  const drawn = shuffledByFamily(candidates, `${run.runId}/order`);
  const stops = new EarlyStopping(drawn, { threshold: interchangeableThreshold, alpha: stopError });
  return TargetRun.of(target, drawn, { keepsAnswers, stops });
}

/** A job of an array: makes the calls of its own slices, for the job that folds them. With a cap on all artifacts, or
 * when the replays may stop, only that one can tell which calls are wanted; those of the noise ceiling are its own. */
async function replayShare(
  run: Run,
  pool: WorkerPool,
  set: ReplaySet,
  own: readonly Slice[],
  targets: readonly Target[],
): Promise<Outcome> {
  const keys = new Set(own.flatMap(({ artifacts }) => artifacts.map(({ key }) => key)));
  const candidates = set.candidates.filter(({ entry }) => keys.has(entry.key));
  const { maxArtifacts, stopWhenSure, dryRun } = run.settings;
  if (maxArtifacts !== null || stopWhenSure || dryRun) return partitionOutcome(run, own);
  const costRows = await CostRows.claim(run.out, run.runId, run.now);
  const order = workOrder(candidates, null);
  const asked = targets.map((target) => TargetRun.of(target, order));
  const replays = await makeReplays(run, pool, asked, costRows);
  const calls = replays.targets.map(({ target, cache, cost }) => {
    return { target_model: target.params.model, cache, cost };
  });
  return { ...partitionOutcome(run, own, { calls }), status: replays.budgetStopped ? 'PARTIAL' : 'OK' };
}

/** A shell-run's part of the jobs that replay: one thread of the pool boots, and what calls models is imported. */
export async function bootReplays(settings: Settings): Promise<void> {
  const pool = poolFor(settings, 1);
  try {
    await Promise.all([pool.boot(), importTransports()]);
  } finally {
    await pool.close();
  }
}

async function publish(run: Run, files: Files, summaries: readonly ConcordanceSummary[]): Promise<Emission> {
  const { settings, runId, window, out, now } = run;
  for (const summary of summaries) {
    await files.writeWithLatest(summaryKey(runId, summary.target_model), summary);
  }
  const emissions: Emission[] = [];
  for (const summary of summaries) {
    const options = {
      target: settings.metrics,
      store: out,
      runId,
      job: settings.job,
      series: `${settings.job}.${modelSegment(summary.target_model)}`,
      endTime: settings.endTime,
      windowEnd: window.end,
      now,
    };
    emissions.push(await emitMetrics(dataOf(summary), options));
  }
  return joinEmissions(emissions);
}

function dataOf({ target_model, per_agent }: ConcordanceSummary): AgentData[] {
  return per_agent.map(({ agent_id_base, n, mean, newest_input_date }) => {
    const name = 'agent_cheap_model_concordance';
    const dimensions = { judged_agent_id: agent_id_base, target_model };
    return {
      agent: agent_id_base,
      newestInput: newest_input_date,
      data: [
        { name, dimensions, unit: 'None', value: mean },
        { name: `${name}_n_observations`, dimensions, unit: 'Count', value: n },
      ],
    };
  });
}
