import type { ConcordanceResult, CounterfactualResult } from '../../src/report/result-files.ts';

export type ControlsStatus = CounterfactualResult['summary']['controls']['status'];

const WINDOW = { window_start: '2026-05-17', window_end: '2026-07-11' };

const NOT_LISTED = {
  not_requested: { 'executor:exit_rules': 12 },
  capped: { sector_quant: 30 },
  unknown: { count: 14, agents: 2 },
  ignored_keys: { count: 2 },
};

const MAKING = {
  settings: {
    corpus: 's3://alpha-engine-research/decision_artifacts',
    agents: ['sector_quant', 'sector_qual'],
    window_days: 56,
    max_depth: 3,
    max_artifacts_per_agent: null,
    confidence: 0.95,
  },
  versions: { 'replay-batch': '0.1.0', node: '24.21.0' },
  steps: [
    { step: 'list', items: 645, seconds: 0.41 },
    { step: 'load', items: 643, seconds: 12.4 },
    { step: 'fit', items: 13, seconds: 7.2 },
    { step: 'publish', items: 13, seconds: 195 },
  ],
};

export function sampleCounterfactual(
  runId: string,
  families: readonly string[],
  status: ControlsStatus,
): CounterfactualResult {
  const failed = status === 'failed';
  return {
    status: failed ? 'PARTIAL' : 'OK',
    run_id: runId,
    duration_seconds: 7.889,
    making: MAKING,
    summary: {
      ...WINDOW,
      artifacts_discovered: 645,
      artifacts_loaded: 643,
      agents_skipped_thin_sample: [
        { agent_id_base: 'thinktank_theme', n_samples: 7, skip_reason: 'too_few_rows' },
      ],
      agents_unsupported: ['executor:mystery', 'sector_team:technology'],
      fit_failures: [{ agent_id_base: 'thinktank_theme', error: 'the worker ended: out of memory' }],
      write_failures: { count: 0 },
      metrics: {
        emitted: 24,
        skipped: [{ agent_id_base: 'sector_quant', reason: 'window_end_older_than_two_weeks' }],
      },
      controls: {
        status,
        positive: {
          tested:
            status === 'untested'
              ? []
              : ['executor:entry_triggers', 'executor:position_sizer', 'executor:risk_guard'],
          untested: ['executor:exit_rules:daemon'],
          failed: failed ? [{ agent_id_base: 'executor:risk_guard' }] : [],
        },
        negative: { tested: 39, failed: failed ? [{ agent_id_base: 'sector_qual', rule: 'logistic' }] : [] },
      },
      per_agent: families.map((family) => ({ agent_id_base: family, kind: 'llm' as const })),
      per_family: Object.fromEntries(
        families.map((family) => [
          family,
          {
            listed: 52,
            loaded: 51,
            deduplicated: 1,
            dropped: { empty_output: 1, truncated_snapshot: 1, error_without_picks: 1 },
            rows: 802,
            skipped_rows: { no_technical_data: 26 },
          },
        ]),
      ),
      not_listed: NOT_LISTED,
    },
    lists: {
      load_failures: Array.from({ length: 7 }, (_, index) => ({
        key: `2026/07/0${index + 1}/sector_quant:energy/2026-07-0${index + 1}.json`,
        error: 'Unexpected end of JSON input',
      })),
    },
  };
}

export function sampleConcordance(
  runId: string,
  models: readonly string[],
  agentIds: readonly string[],
): ConcordanceResult {
  const [first, second] = models;
  return {
    status: 'PARTIAL',
    run_id: runId,
    duration_seconds: 1312,
    making: MAKING,
    summary: {
      ...WINDOW,
      transport: 'batches',
      complete: false,
      n_artifacts_candidate: 1920,
      n_artifacts_replayed: 402,
      cost: { input_tokens: 3_612_336, output_tokens: 264_630, usd: 10.2381 },
      cache: { hits: 930, misses: 282 },
      per_target: models.map((target_model) => ({ target_model })),
      write_failures: { count: 1 },
      metrics: { emitted: 12, skipped: [] },
      not_listed: NOT_LISTED,
    },
    lists: {
      paired_differences:
        first && second
          ? agentIds.map((id, index) => ({
              agent_id_base: id,
              first_model: first,
              second_model: second,
              n: 44,
              mean: -0.031,
              interval: index % 2 === 0 ? { low: -0.052, high: -0.011, level: 0.95 } : null,
            }))
          : [],
    },
  };
}
