import type { TargetData } from '../src/report/data.ts';
import type { Analysis } from '../src/results/analysis.ts';
import type { EvaluatedRule } from '../src/results/rules.ts';
import type { AgentAgreement } from '../src/results/summary.ts';

// Figures made up for docs/sentences.md: what the sentences are made from, and no more of a document.

export const THRESHOLD = 0.85;
const INTERVAL = { low: 0.91, high: 0.97, level: 0.95 };
const MODEL = 'claude-haiku-4-5';

export const evaluation = {
  threshold: THRESHOLD,
  margin: 0.2,
  confidence: 0.95,
  runs: 40,
  baseline: { label: 'HOLD', match_rate: 0.6 },
} as Analysis['evaluation'];

export function rule(
  verdict: EvaluatedRule['verdict'],
  reason: EvaluatedRule['reason'],
  match_rate: number,
  change: Partial<EvaluatedRule> = {},
): EvaluatedRule {
  const forward = {
    match_rate: 0.8,
    needed: THRESHOLD,
    rows: 180,
    runs: 20,
    newest: { match_rate: 0.7, rows: 72 },
  };
  const low = match_rate - 0.05;
  const interval = { low, high: Math.min(match_rate + 0.04, 1), level: 0.95 };
  const out_of_sample = {
    match_rate,
    interval,
    excess: null,
    lift: 0,
    kappa: 0,
    balanced_accuracy: 0,
    confusion: [],
  };
  return {
    verdict,
    reason,
    runs_needed: null,
    out_of_sample,
    walk_forward: forward,
    missing_for_replace: [],
    ...change,
  } as unknown as EvaluatedRule;
}

export function agreement(change: Partial<AgentAgreement>): AgentAgreement {
  return {
    n: 80,
    mean: 0.94,
    agreement: { mean: 0.94, n: 80, ...INTERVAL },
    interval: INTERVAL,
    runs: 40,
    verdict_by: 'interval',
    verdict: 'interchangeable',
    verdict_reason: 'above_threshold',
    runs_needed: null,
    invalid_answers: {},
    newest_input_date: '2026-07-10',
    ...change,
  } as unknown as AgentAgreement;
}

export function analysisOf(tree: EvaluatedRule, runs = 40): Analysis {
  const logistic = rule('not_explained', 'below_threshold', 0.7);
  return {
    max_depth: 3,
    evaluation: { ...evaluation, runs, rules: { tree, logistic } },
    newest_input_date: '2026-07-10',
    sources: null,
  } as unknown as Analysis;
}

export function targetOf(saving: number | null, change: Partial<AgentAgreement> = {}): TargetData {
  const cost_per_decision = {
    original: null,
    target: null,
    decisions_per_month: 60,
    saving_per_month_usd: saving,
  };
  const found = agreement({ cost_per_decision, ...change } as unknown as Partial<AgentAgreement>);
  return { model: MODEL, found, notMeasured: null, threshold: 0.9, ceiling: null, caveats: [], worst: [] };
}
