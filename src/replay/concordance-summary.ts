import type { Agreement } from '../agents/family.ts';
import { FAMILIES } from '../agents/registry.ts';
import type { Entry } from '../corpus/listing.ts';
import { type AgreementSummary, summariseAgreement } from './agreement-summary.ts';
import type { LoadFailure } from './load-failures.ts';
import type { ReplayCounts, ReplaySet } from './replay-set.ts';
import type { Cost, TargetReplays } from './replays.ts';
import type { Run } from './run.ts';

/** Fewer observations than this say nothing. */
const MIN_OBSERVATIONS = 3;

/** A candidate without a score. */
export interface ReplayFailure {
  readonly artifact_key: string;
  readonly agent_id_base: string;
  /** `load`: the artifact; `call`: no answer was to be had; `model`: the model's answer is none. */
  readonly kind: 'load' | 'call' | 'model';
  readonly reason: string;
  readonly error: string;
}

/** An agent's agreement with the target model. */
export interface AgentConcordance extends AgreementSummary {
  readonly agent_id_base: string;
  /** Production let this agent's model call tools in a loop; it was replayed in one call without them. */
  readonly tool_loop: boolean;
  /** Answers that were none, by reason: findings about the model that the mean leaves out. */
  readonly invalid_answers: Readonly<Record<string, number>>;
  /** Tokens and list price of all answers behind this line, cached ones included, USD; null without a price. */
  readonly replay_usd: number | null;
  /** Median latency of a call; null where the transport does not tell. */
  readonly latency_ms_p50: number | null;
  readonly newest_input_date: string;
}

/** What one target model's run came to, as it is written. */
export interface ConcordanceSummary {
  readonly schema_version: 2;
  readonly run_id: string;
  readonly window_start: string;
  readonly window_end: string;
  readonly target_model: string;
  readonly agent_filter: readonly string[];
  readonly transport: string;
  readonly structured: 'json' | 'tool';
  readonly include_tool_loops: boolean;
  /** False when the budget stopped the run: the numbers rest on fewer captures than there are. */
  readonly complete: boolean;
  readonly budget_stopped: boolean;
  readonly n_artifacts_candidate: number;
  /** Those with an answer, a valid one or not. */
  readonly n_artifacts_replayed: number;
  readonly n_artifacts_skipped_for_budget: number;
  /** Replayable captures that `max_artifacts` left out; not among the candidates. */
  readonly n_artifacts_over_cap: number;
  readonly agents_analyzed: number;
  readonly per_agent: readonly AgentConcordance[];
  readonly agents_skipped_thin_sample: readonly {
    readonly agent_id_base: string;
    readonly n_observations: number;
  }[];
  readonly replay_failures: readonly ReplayFailure[];
  /** Deliberate non-replays, by reason. */
  readonly replay_skips: Readonly<Record<string, number>>;
  readonly per_family: Readonly<Record<string, ReplayCounts>>;
  readonly cost: Cost;
  readonly cache: { readonly hits: number; readonly misses: number };
  readonly computed_at: string;
}

interface Parts {
  readonly run: Run;
  readonly set: ReplaySet;
  readonly loadFailures: readonly ReplayFailure[];
  readonly overCap: number;
  readonly budgetStopped: boolean;
}

/** Summarises one target's replays. The observations are taken in work order: the same ones give the same bytes,
 * whatever order the answers came in. */
export function summariseTarget(replays: TargetReplays, parts: Parts): ConcordanceSummary {
  const { run, set, loadFailures, overCap } = parts;
  const { asking } = replays.target;
  const { settings, runId, window } = run;
  const folded = fold(replays);
  const budgetStopped = parts.budgetStopped && folded.notReached > 0;
  const scoredBy = (id: string) => folded.observations.get(id)?.length ?? 0;
  const observed = FAMILIES.filter(({ id }) => scoredBy(id) > 0);
  const perAgent = observed
    .filter(({ id }) => scoredBy(id) >= MIN_OBSERVATIONS)
    .map(({ id, replay }) => agentConcordance(id, replay?.toolLoop ?? false, folded));
  const failures = [...loadFailures, ...folded.failures];
  const replaySkips = countBy(set.skips.map(({ reason }) => reason));
  const scored = observed.reduce((sum, { id }) => sum + scoredBy(id), 0);
  return {
    schema_version: 2,
    run_id: runId,
    window_start: window.start,
    window_end: window.end,
    target_model: asking.model,
    agent_filter: settings.agents,
    transport: settings.transport,
    structured: asking.structured,
    include_tool_loops: settings.includeToolLoops,
    complete: !budgetStopped,
    budget_stopped: budgetStopped,
    n_artifacts_candidate: scored + failures.length + set.skips.length + folded.notReached,
    n_artifacts_replayed: scored + folded.failures.filter(({ kind }) => kind === 'model').length,
    n_artifacts_skipped_for_budget: folded.notReached,
    n_artifacts_over_cap: overCap,
    agents_analyzed: perAgent.length,
    per_agent: perAgent,
    agents_skipped_thin_sample: observed
      .filter(({ id }) => scoredBy(id) < MIN_OBSERVATIONS)
      .map(({ id }) => ({ agent_id_base: id, n_observations: scoredBy(id) })),
    replay_failures: failures,
    replay_skips: replaySkips,
    per_family: Object.fromEntries(set.counts),
    cost: replays.cost,
    cache: replays.cache,
    computed_at: new Date().toISOString(),
  };
}

/** Artifacts that could not be read, as failures of every target. */
export function loadFailuresOf(entries: readonly Entry[], failures: readonly LoadFailure[]): ReplayFailure[] {
  return [...failures]
    .sort((a, b) => a.entry - b.entry)
    .map(({ entry, error }) => {
      const { key, family } = entries[entry] as Entry;
      return { artifact_key: key, agent_id_base: family.id, kind: 'load', reason: 'load_failed', error };
    });
}

interface Folded {
  readonly observations: ReadonlyMap<string, readonly Observation[]>;
  readonly failures: readonly ReplayFailure[];
  readonly notReached: number;
}

interface Observation {
  readonly agreement: Agreement;
  readonly day: string;
  readonly usd: number | null;
  readonly latencyMs: number | null;
}

function fold({ byHash, results }: TargetReplays): Folded {
  const observations = new Map<string, Observation[]>();
  const failures: ReplayFailure[] = [];
  let notReached = 0;
  for (const candidate of [...byHash.values()].flat()) {
    const { family, key, day } = candidate.entry;
    const result = results.get(candidate);
    const failed = (kind: ReplayFailure['kind'], { reason, error }: { reason: string; error: string }) =>
      failures.push({ artifact_key: key, agent_id_base: family.id, kind, reason, error });
    if (!result) {
      notReached += 1;
    } else if ('reason' in result) {
      failed('call', result);
    } else if ('reason' in result.scored) {
      failed('model', result.scored);
    } else {
      const list = observations.get(family.id) ?? [];
      observations.set(family.id, list);
      const { latency_ms: latencyMs, paid } = result.call;
      list.push({ agreement: result.scored.agreement, day, usd: paid.usd, latencyMs });
    }
  }
  return { observations, failures, notReached };
}

function agentConcordance(
  id: string,
  toolLoop: boolean,
  { observations, failures }: Folded,
): AgentConcordance {
  const own = observations.get(id) ?? [];
  const invalid = failures.filter(({ agent_id_base, kind }) => kind === 'model' && agent_id_base === id);
  const usd = own.map((observation) => observation.usd);
  return {
    agent_id_base: id,
    ...summariseAgreement(own.map(({ agreement }) => agreement)),
    tool_loop: toolLoop,
    invalid_answers: countBy(invalid.map(({ reason }) => reason)),
    replay_usd: usd.reduce(
      (sum, one) => (sum === null || one === null ? null : sum + one),
      0 as number | null,
    ),
    latency_ms_p50: median(own.flatMap(({ latencyMs }) => latencyMs ?? [])),
    newest_input_date: own.map(({ day }) => day).reduce((newest, day) => (day > newest ? day : newest)),
  };
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

function countBy(reasons: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
