import { max, mean, min, sum } from 'd3-array';
import type { AgentFamily, Agreement } from '../../agents/family.ts';
import { FAMILIES } from '../../agents/registry.ts';
import { monthsSinceFirst } from '../../corpus/window.ts';
import type { ReplayFailure } from '../../results/parts.ts';
import type { AgentAgreement, AgreementSummary, Summary } from '../../results/summary.ts';
import type { ConcordanceSettings } from '../../settings/settings.ts';
import { total } from '../../shared/tally.ts';
import type { LoadFailure } from '../ingest/artifact-aggregator.ts';
import type { Run } from '../ingest/run.ts';
import { claimAgreement, claimByTest } from './agreement-verdict.ts';
import type { ReplaySet } from './candidate-aggregator.ts';
import type { sumUpCeiling } from './ceiling-summary.ts';
import { meanOf } from './clusters.ts';
import { costPerDecision } from './cost-per-decision.ts';
import { MIN_SCORES } from './early-stopping.ts';
import { countReasons, type Observed, observe } from './observations.ts';
import type { TargetRun } from './target-run.ts';

interface Parts {
  readonly run: Run<ConcordanceSettings>;
  readonly set: ReplaySet;
  readonly loadFailures: readonly ReplayFailure[];
  readonly overCap: number;
  readonly budgetStopped: boolean;
  readonly ceiling: ReturnType<typeof sumUpCeiling> | undefined;
}

/** Summarises one target's replays. */
export function summariseTarget(replays: TargetRun, parts: Parts): Summary {
  const { run, set, loadFailures, overCap, ceiling } = parts;
  const { params } = replays.target;
  const { settings, runId, window } = run;
  const totals = observe(replays);
  const budgetStopped = parts.budgetStopped && totals.notReached > 0;
  const scoredBy = (id: string) => totals.observations.get(id)?.length ?? 0;
  const observed = FAMILIES.filter(({ id }) => scoredBy(id) > 0);
  const perAgent = observed
    .filter(({ id }) => scoredBy(id) >= MIN_SCORES)
    .map((family) => agentConcordance(family, replays, totals, parts));
  const failures = [...loadFailures, ...totals.failures];
  const stopped = total(totals.stopped);
  const replaySkips = countReasons(set.skips);
  const scored = sum(observed, ({ id }) => scoredBy(id));
  return {
    schema_version: 2,
    run_id: runId,
    ...(settings.runDate && { run_date: settings.runDate }),
    window_start: window.start,
    window_end: window.end,
    target_model: params.model,
    agent_filter: settings.agents,
    transport: settings.transport,
    structured: params.structured,
    include_tool_loops: settings.includeToolLoops,
    complete: !budgetStopped,
    budget_stopped: budgetStopped,
    n_artifacts_candidate: scored + failures.length + set.skips.length + stopped + totals.notReached,
    n_artifacts_replayed: scored + totals.failures.filter(({ kind }) => kind === 'model').length,
    n_artifacts_skipped_for_budget: totals.notReached,
    n_artifacts_over_cap: overCap,
    agents_analyzed: perAgent.length,
    interchangeable_threshold: settings.interchangeableThreshold,
    per_agent: perAgent,
    agents_skipped_thin_sample: observed
      .filter(({ id }) => scoredBy(id) < MIN_SCORES)
      .map(({ id }) => ({ agent_id_base: id, n_observations: scoredBy(id) })),
    replay_failures: failures,
    replay_skips: stopped > 0 ? { ...replaySkips, stopped_sure: stopped } : replaySkips,
    per_family: Object.fromEntries(set.counts),
    noise_ceiling: ceiling?.summary ?? null,
    served: replays.served,
    cost: replays.cost,
    cache: replays.cache,
    computed_at: new Date().toISOString(),
  };
}

/** Artifacts that could not be read, as failures of every target. */
export function loadFailuresOf(failures: readonly LoadFailure[]): ReplayFailure[] {
  return failures.map(({ entry: { key, family }, error }) => {
    return { artifact_key: key, agent_id_base: family.id, kind: 'load', reason: 'load_failed', error };
  });
}

function agentConcordance(
  { id, replay }: AgentFamily,
  replays: TargetRun,
  totals: Observed,
  { run, set, ceiling }: Parts,
): AgentAgreement {
  const own = totals.observations.get(id) ?? [];
  const invalid = totals.failures.filter(
    ({ agent_id_base, kind }) => kind === 'model' && agent_id_base === id,
  );
  const usd = own.some((one) => one.usd === null) ? null : sum(own, (one) => one.usd);
  const { interchangeableThreshold: threshold, confidence: level, stopError } = run.settings;
  const answers = totals.answers.get(id) ?? [];
  const claim = claimAgreement(answers, { threshold, level });
  const test = replays.stops?.get(id)?.test;
  const saved = totals.stopped[id] ?? 0;
  return {
    agent_id_base: id,
    ...summariseAgreement(own.map(({ agreement }) => agreement)),
    agreement: {
      mean: meanOf(answers),
      low: claim.interval?.low ?? null,
      high: claim.interval?.high ?? null,
      n: answers.length,
    },
    ...(saved > 0 && test?.decision ? claimByTest(claim, test.decision) : claim),
    interval_after_stop: saved > 0,
    stop: test
      ? {
          decision: test.decision ?? null,
          used: test.used,
          saved,
          saved_usd: usd === null ? null : (usd / own.length) * saved,
          error_level: stopError,
        }
      : null,
    relative_to_ceiling: ceiling?.relative(id, own) ?? null,
    tool_loop: replay?.toolLoop ?? false,
    invalid_answers: countReasons(invalid),
    cost_per_decision: costPerDecision(answers, {
      replayable: set.counts.get(id)?.replayable ?? 0,
      months: monthsSinceFirst(
        set.candidates.flatMap(({ entry }) => (entry.family.id === id ? [entry.day] : [])),
        run.window.end,
      ),
    }),
    replay_usd: usd,
    latency_ms_p50: median(own.flatMap(({ latencyMs }) => latencyMs ?? [])),
    newest_input_date: max(own, ({ day }) => day) as string,
  };
}

/** Summarises at least one observation. */
function summariseAgreement(observations: readonly Agreement[]): AgreementSummary {
  const scores = observations.map(({ score }) => score);
  const average = mean(scores) as number;
  const squares = sum(scores, (score) => (score - average) ** 2);
  const names = new Set(observations.flatMap(({ diagnostics }) => Object.keys(diagnostics)));
  const diagnostics = [...names].sort().map((name) => {
    const values = observations.flatMap(({ diagnostics: { [name]: value } }) => value ?? []);
    return [name, mean(values) as number] as const;
  });
  return {
    n: scores.length,
    mean: average,
    min: min(scores) as number,
    max: max(scores) as number,
    stdev: scores.length > 1 ? Math.sqrt(squares / (scores.length - 1)) : 0,
    diagnostics: Object.fromEntries(diagnostics),
  };
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
