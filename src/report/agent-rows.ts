import type { Interval } from '../results/parts.ts';
import type { AGENTS, Row } from '../results/tables.ts';
import { total } from '../shared/tally.ts';
import type { ControlData, ReportData, TargetData } from './data.ts';
import { rulesOf } from './rules.ts';
import { neededShare } from './verdict-words.ts';
import { ownValue } from './words.ts';

type AgentRow = Row<typeof AGENTS.columns>;

/** The overview as a table: a row each agent and rule, and each agent and target model, by job. */
export function agentRows(data: ReportData): Record<'counterfactual' | 'concordance', AgentRow[]> {
  const known = [...data.agents, ...data.controls];
  return {
    counterfactual: known.flatMap((agent) => ruleRows(data, agent)),
    concordance: known.flatMap((agent) => agent.targets.flatMap((target) => targetRow(data, agent, target))),
  };
}

function commonOf(data: ReportData, { id, family, advice }: ControlData) {
  return {
    agent_id_base: id,
    family,
    kind: advice ? 'llm' : 'deterministic',
    run_key: data.runKey,
    window_start: Date.parse(data.windowStart),
    window_end: Date.parse(data.windowEnd),
    action: advice?.action,
    cost_per_month_usd: advice?.cost_per_month_usd,
    decisions_per_month: advice?.decisions_per_month,
  };
}

function shareOf(share: number | undefined, interval: Interval | null | undefined) {
  return { share, share_low: interval?.low, share_high: interval?.high, confidence: interval?.level };
}

function ruleRows(data: ReportData, agent: ControlData): AgentRow[] {
  const { analysis, advice, family } = agent;
  if (!analysis) return [];
  const { evaluation } = analysis;
  const common = commonOf(data, agent);
  return rulesOf(analysis).map(({ id, rule }) => {
    const { out_of_sample: outside } = rule;
    return {
      ...common,
      ...shareOf(outside?.match_rate, outside?.interval),
      rule: id,
      verdict: rule.verdict,
      verdict_reason: rule.reason,
      is_advised: advice?.rule === id,
      needed: neededShare(evaluation),
      n: analysis.n_samples,
      captures: ownValue(data.counterfactual?.summary.per_family, family)?.listed,
      runs: evaluation.runs,
      runs_needed: rule.runs_needed,
      newest_input: Date.parse(analysis.newest_input_date),
      in_sample: rule.in_sample.match_rate,
      baseline: evaluation.baseline.match_rate,
      lift: outside?.lift,
      kappa: outside?.kappa,
      balanced_accuracy: outside?.balanced_accuracy,
      walk_forward: rule.walk_forward?.match_rate,
      saving_per_month_usd: common.cost_per_month_usd,
      computed_at: Date.parse(analysis.computed_at),
    };
  });
}

function targetRow(data: ReportData, agent: ControlData, target: TargetData): AgentRow | [] {
  const { model, found, threshold, ceiling } = target;
  if (!found) return [];
  const summary = data.summaries.find(({ target_model }) => target_model === model);
  const { cost_per_decision: cost } = found;
  return {
    ...commonOf(data, agent),
    ...shareOf(found.mean, found.interval),
    target_model: model,
    verdict: found.verdict,
    verdict_reason: found.verdict_reason,
    is_advised: agent.advice?.target_model === model,
    needed: threshold,
    n: found.n,
    captures: ownValue(summary?.per_family, agent.family)?.listed,
    runs: found.runs,
    runs_needed: found.runs_needed,
    newest_input: Date.parse(found.newest_input_date),
    agreement_of_all: found.agreement?.mean,
    invalid_answers: total(found.invalid_answers),
    noise_ceiling: ceiling?.mean,
    original_usd: cost?.original?.usd,
    target_usd: cost?.target?.usd,
    replayable_per_month: cost?.decisions_per_month,
    saving_per_month_usd: cost?.saving_per_month_usd,
    replay_usd: found.replay_usd,
    latency_ms_p50: found.latency_ms_p50,
    computed_at: Date.parse(summary?.computed_at ?? ''),
  };
}
