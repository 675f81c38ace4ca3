import type { TargetData } from '../../src/report/data.ts';
import type { Disagreement } from '../../src/report/result-files.ts';
import type { AgentConcordanceFile, SummaryFile } from '../../src/report/summary-file.ts';
import { randomOf } from './random.ts';
import type { AgentPlan } from './sample-agents.ts';

export const MODELS: readonly string[] = ['claude-haiku-4-5', 'claude-sonnet-4-5', 'bedrock:eu/claude-mini'];

const OUTCOMES: readonly Pick<
  AgentConcordanceFile,
  'verdict' | 'verdict_reason' | 'verdict_by' | 'mean' | 'runs_needed'
>[] = [
  {
    verdict: 'inconclusive',
    verdict_reason: 'interval_spans_threshold',
    verdict_by: 'interval',
    mean: 0.897,
    runs_needed: 39,
  },
  {
    verdict: 'interchangeable',
    verdict_reason: 'above_threshold',
    verdict_by: 'interval',
    mean: 0.962,
    runs_needed: null,
  },
  {
    verdict: 'not',
    verdict_reason: 'below_threshold',
    verdict_by: 'sequential_test',
    mean: 0.71,
    runs_needed: null,
  },
  {
    verdict: 'inconclusive',
    verdict_reason: 'too_few_runs',
    verdict_by: 'interval',
    mean: 0.88,
    runs_needed: null,
  },
];

/** One agent under one target; every fifth pair is too thin to tell. */
export function sampleTarget(plan: AgentPlan, at: number, model: number): TargetData {
  const name = MODELS[model] ?? `model-${model}`;
  const common = { model: name, threshold: 0.9, caveats: [] };
  if ((at + model) % 5 === 4) {
    return {
      ...common,
      found: null,
      notMeasured: '2 captures were scored, fewer than 3',
      ceiling: null,
      worst: [],
    };
  }
  const found = foundOf(plan, OUTCOMES[(at + model) % OUTCOMES.length] ?? OUTCOMES[0], at);
  return {
    ...common,
    found,
    notMeasured: null,
    ceiling:
      at % 3 === 0 ? { mean: 0.97, low: at % 2 === 0 ? 0.94 : null, high: at % 2 === 0 ? 0.99 : null } : null,
    worst: Array.from({ length: 5 }, (_, index) => disagreement(plan, name, index)),
  };
}

function foundOf(
  plan: AgentPlan,
  outcome: (typeof OUTCOMES)[number] | undefined,
  at: number,
): AgentConcordanceFile {
  const { mean, ...verdict } = outcome as (typeof OUTCOMES)[number];
  const isThin = verdict.verdict_reason === 'too_few_runs';
  const stopped = verdict.verdict_by === 'sequential_test';
  return {
    agent_id_base: plan.id,
    n: isThin ? 4 : 48,
    mean,
    min: 0.12,
    max: 1,
    stdev: 0.13,
    interval: isThin ? null : { low: mean - 0.06, high: Math.min(1, mean + 0.03), level: 0.95 },
    interval_after_stop: stopped,
    runs: isThin ? 3 : 12,
    ...verdict,
    stop: stopped ? { decision: 'below', used: 22, saved: 26 } : null,
    relative_to_ceiling: at % 3 === 0 ? { ratio: mean / 0.97, low: 0.9, high: 1.01, level: 0.95 } : null,
    tool_loop: plan.id === 'sector_quant',
    diagnostics: { stance_equal: 0.917, rating_abs_diff: 5.52, conviction_abs_diff: null },
    invalid_answers: at % 2 === 0 ? {} : { refusal: 1, schema_violation: 2 },
    ...(at % 4 === 3
      ? {}
      : {
          cost_per_decision: {
            original: at % 4 === 2 ? null : { usd: 0.0312, n: 40 },
            target: { usd: 0.0041, n: 48 },
            decisions_per_month: 214.3,
            saving_per_month_usd: at % 4 === 2 ? null : 5.81,
          },
        }),
    latency_ms_p50: at % 2 === 0 ? 2310 : null,
    newest_input_date: '2026-07-10',
  };
}

function disagreement(plan: AgentPlan, model: string, index: number): Disagreement {
  const random = randomOf(index + plan.id.length);
  const prose =
    'Margins have widened for three quarters while the order book shrank; the market prices the first only. ';
  return {
    target_model: model,
    agent_id_base: plan.id,
    artifact_key: `2026/07/0${index + 1}/${plan.id}/NVDA-2026-07-0${index + 1}.json`,
    original_model: 'claude-sonnet-4-5-20250929',
    agreement: 0.12 + index / 10,
    diagnostics: { stance_equal: 0, rating_abs_diff: Math.round(random() * 400) / 10 },
    original_decision: { stance: 'attractive', rating: 78, conviction: 71, drivers: ['margin', 'orders'] },
    replay_decision: { stance: 'neutral', rating: 55.5, conviction: 71, drivers: ['margin'] },
    prompt:
      index === 2
        ? null
        : {
            system: index === 1 ? null : { text: 'You are the thesis analyst of a research team.', cut: 0 },
            user: { text: prose.repeat(12), cut: 4210 },
          },
  };
}

/** One target's summary over all agents. */
export function sampleSummary(
  model: string,
  runId: string,
  found: readonly AgentConcordanceFile[],
  families: readonly string[],
): SummaryFile {
  const failures = Array.from({ length: 9 }, (_, index) => ({
    artifact_key: `2026/07/0${index + 1}/ic_cio/2026-07-0${index + 1}.json`,
    agent_id_base: 'ic_cio',
    kind: index < 6 ? 'model' : index < 8 ? 'call' : 'load',
    reason:
      index < 4 ? 'schema_violation' : index < 6 ? 'refusal' : index < 8 ? 'call_failed' : 'load_failed',
    error: 'rating: expected number, received string',
  }));
  const scored = found.reduce((sum, { n }) => sum + n, 0);
  const skips = { tool_loop: 102, deterministic: 310, placeholder: 71, stopped_sure: 26 };
  const stopped = model === MODELS[2];
  return {
    schema_version: 2,
    run_id: runId,
    target_model: model,
    transport: 'batches',
    complete: !stopped,
    budget_stopped: stopped,
    n_artifacts_candidate: scored + failures.length + 509 + (stopped ? 37 : 0),
    n_artifacts_replayed: scored + 6,
    n_artifacts_skipped_for_budget: stopped ? 37 : 0,
    n_artifacts_over_cap: 12,
    interchangeable_threshold: 0.9,
    per_agent: [...found],
    agents_skipped_thin_sample: [{ agent_id_base: 'macro_economist', n_observations: 2 }],
    replay_failures: failures,
    replay_skips: skips,
    per_family: Object.fromEntries(
      families.map((family) => [
        family,
        { listed: 52, loaded: 51, deduplicated: 1, skipped: { placeholder: 2 }, replayable: 48 },
      ]),
    ),
    noise_ceiling: null,
    cost: { input_tokens: 1_204_112, output_tokens: 88_210, usd: 3.4127 },
    cache: { hits: 310, misses: 94 },
  };
}
