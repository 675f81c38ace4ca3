import { sum } from 'd3-array';
import type { Listing } from '../../corpus/listing.ts';
import type { WriteFailure } from '../../publish/files.ts';
import { listOf, type Outcome, sampleOf } from '../../publish/result.ts';
import type { AgreementLine, Disagreement, PairedDifference } from '../../results/concordance-run.ts';
import type { NotKept } from '../../results/left-out.ts';
import type { Emission } from '../../results/metrics.ts';
import { servedWarning } from '../../results/served.ts';
import { type AgentAgreement, type CeilingSummary, type Summary, summaryKey } from '../../results/summary.ts';
import type { ConcordanceSettings } from '../../settings/settings.ts';
import { notListed } from '../ingest/not-listed.ts';
import type { Run } from '../ingest/run.ts';
import type { ReplaySet } from './candidate-aggregator.ts';
import { unpricedWarning } from './plan.ts';
import { type Replayed, sumOfCosts, type TargetRun } from './target-run.ts';

interface Parts {
  readonly run: Run<ConcordanceSettings>;
  readonly listing: Listing;
  readonly set: ReplaySet;
  readonly targets: readonly TargetRun[];
  readonly summaries: readonly Summary[];
  readonly differences: readonly PairedDifference[];
  readonly worst: readonly Disagreement[];
  readonly ceiling: CeilingSummary | undefined;
  readonly writeFailures: readonly WriteFailure[];
  readonly notKept: NotKept;
  readonly emission: Emission;
}

/** The outcome of a run none of whose calls had an answer; undefined when one had, or none was made. */
export function everyCallFailed(targets: readonly TargetRun[]): Outcome | undefined {
  const results: Replayed[] = targets.flatMap(({ results }) => [...results.values()]);
  const failures = results.filter((result) => 'reason' in result);
  const [first] = failures;
  if (!first || failures.length < results.length) return undefined;
  return {
    status: 'ERROR',
    exitCode: failures.every(({ transient }) => transient) ? 75 : 1,
    error: `expected answers to ${failures.length} calls, found that every one failed, the first with: ${first.error}`,
    found: { summary: { replay_failures: listOf(failures) }, lists: { replay_failures: failures } },
  };
}

/** The run's counts and lists over all targets, and whether anything failed. A model's invalid answer is a finding
 * about the model, no failure of the run. */
export function summariseRun(parts: Parts): Outcome {
  const { run, listing, set, targets, summaries, differences, worst, ceiling, writeFailures, emission } =
    parts;
  const failures = summaries.flatMap(({ target_model, replay_failures }) =>
    replay_failures.map((failure) => ({ target_model, ...failure })),
  );
  const budgetStopped = summaries.some(({ budget_stopped }) => budget_stopped) || ceiling?.complete === false;
  const stopped = sum(summaries, ({ replay_skips }) => replay_skips.stopped_sure ?? 0);
  const failedTargets = sampleOf(targets.filter(({ error }) => error !== undefined)).map(
    ({ target, error }) => ({
      target_model: target.params.model,
      error: error?.message ?? '',
    }),
  );
  const served = summaries.flatMap(({ target_model, served }) => servedWarning(target_model, served) ?? []);
  const warnings = [...served, ...targets.flatMap((one) => unpricedWarning(one, run) ?? [])];
  for (const warning of warnings) run.log.warn(warning);
  const failed =
    budgetStopped ||
    [...failures, ...(ceiling?.failures ?? [])].some(({ kind }) => kind !== 'model') ||
    writeFailures.length > 0 ||
    parts.notKept.count > 0 ||
    emission.error !== undefined;
  const paying = [...summaries, ...(ceiling ? [ceiling] : [])];
  const notWritten = new Set(writeFailures.map(({ key }) => key));
  const keyOf = ({ target_model }: Summary) => summaryKey(run.runId, target_model);
  return {
    status: failed ? 'PARTIAL' : 'OK',
    exitCode: 0,
    written: summaries.filter((summary) => !notWritten.has(keyOf(summary))).length,
    found: {
      summary: {
        window_start: run.window.start,
        window_end: run.window.end,
        transport: run.settings.transport,
        complete: !budgetStopped,
        budget_stopped: budgetStopped,
        n_artifacts_candidate: sum(summaries, (one) => one.n_artifacts_candidate),
        n_artifacts_replayed: sum(summaries, (one) => one.n_artifacts_replayed),
        n_artifacts_skipped_for_budget: sum(summaries, (one) => one.n_artifacts_skipped_for_budget),
        agents_analyzed: sum(summaries, (one) => one.agents_analyzed),
        warnings: sampleOf(warnings),
        failed_targets: failedTargets,
        replay_failures: listOf(failures),
        // Of every target the same, but those that its answers made needless.
        replay_skips: { ...summaries[0]?.replay_skips, ...(stopped > 0 && { stopped_sure: stopped }) },
        cost: sumOfCosts(paying.map(({ cost }) => cost)),
        cache: {
          hits: sum(paying, ({ cache }) => cache.hits),
          misses: sum(paying, ({ cache }) => cache.misses),
        },
        per_target: sampleOf(summaries).map((summary) => ({
          target_model: summary.target_model,
          complete: summary.complete,
          n_artifacts_candidate: summary.n_artifacts_candidate,
          n_artifacts_replayed: summary.n_artifacts_replayed,
          per_agent: summary.per_agent.map(lineOf),
          agents_skipped_thin_sample: summary.agents_skipped_thin_sample,
          served: sampleOf(summary.served ?? []),
          cost_usd: summary.cost.usd,
          summary_key: notWritten.has(keyOf(summary)) ? null : run.out.fullKey(keyOf(summary)),
        })),
        paired_differences: listOf(differences),
        noise_ceiling: ceiling ? { ...ceiling, failures: listOf(ceiling.failures) } : null,
        per_family: Object.fromEntries(set.counts),
        write_failures: listOf(writeFailures),
        not_kept: parts.notKept,
        metrics: emission,
        not_listed: notListed(listing),
      },
      lists: {
        replay_failures: failures,
        paired_differences: differences,
        worst_disagreements: worst,
        ceiling_failures: ceiling?.failures ?? [],
        skipped: set.skips.filter(({ reason }) => reason !== 'deterministic'),
        unknown_agents: listing.unknown,
        ignored_keys: listing.ignored,
        write_failures: writeFailures,
      },
    },
  };
}

/** What the envelope shows of an agent; the target's own file has the rest. */
function lineOf(agent: AgentAgreement): AgreementLine {
  const { agent_id_base, n, mean, min, max, stdev, tool_loop, stop, relative_to_ceiling } = agent;
  const { agreement, interval, runs, verdict, verdict_by, verdict_reason, runs_needed } = agent;
  return {
    agent_id_base,
    n,
    mean,
    min,
    max,
    stdev,
    agreement,
    interval,
    runs,
    verdict,
    verdict_by,
    verdict_reason,
    runs_needed,
    saving_per_month_usd: agent.cost_per_decision?.saving_per_month_usd ?? null,
    ...(relative_to_ceiling && { relative_to_ceiling }),
    ...(stop && { stop }),
    ...(tool_loop && { tool_loop }),
  };
}
