import { adviseOn, documentOf } from '../../src/report/advice.ts';
import type { AgentData, AgentHistory, HistoryPoint, ReportData } from '../../src/report/data.ts';
import { readReport } from '../../src/report/read-report.ts';
import type { Analysis } from '../../src/results/analysis.ts';
import type { CounterfactualResult } from '../../src/results/counterfactual-run.ts';
import type { EvaluatedRule } from '../../src/results/rules.ts';
import type { AgentAgreement } from '../../src/results/summary.ts';
import { openStore } from '../../src/store/open.ts';
import { hostileReport } from './hostile.ts';
import { randomOf } from './random.ts';

const RUN_ID = '2607110900';
const DAY_MS = 86_400_000;
const CORPUS = 's3://alpha-engine-research/decision_artifacts';

/** A real run, as record.ts left it. */
const REAL = await readReport(openStore(new URL('run', import.meta.url).href), RUN_ID, { corpus: CORPUS });
const { counterfactual, concordance } = REAL;
if (!counterfactual || !concordance || REAL.unreadable.length > 0) {
  throw new Error(`expected a run in test/report/run: ${JSON.stringify(REAL.unreadable)}`);
}

type Controls = CounterfactualResult['summary']['controls'];

export interface SampleOptions {
  readonly agents?: number;
  readonly targets?: number;
  readonly weeks?: number;
  /** Every text that a file could hold is one that would break a careless page. */
  readonly hostile?: boolean;
  readonly controls?: Controls['status'];
}

/** The data of a report on the real run, changed so that every branch of the page is seen. The same for the same options. */
export function sampleReport(options: SampleOptions = {}): ReportData {
  const { agents: wanted = 12, targets = 3, weeks = 52, hostile = false, controls = 'passed' } = options;
  const models = REAL.summaries.slice(0, targets).map(({ target_model }) => target_model);
  const data: ReportData = {
    ...REAL,
    corpus: CORPUS,
    out: 's3://alpha-engine-research/replays',
    counterfactual: counterfactual && {
      ...counterfactual,
      summary: { ...counterfactual.summary, controls: controlsOf(counterfactual.summary.controls, controls) },
      lists: { ...counterfactual.lists, load_failures: LOAD_FAILURES },
    },
    concordance: concordance && {
      ...concordance,
      lists: {
        ...concordance.lists,
        paired_differences: concordance.lists.paired_differences.filter(({ second_model }) =>
          models.includes(second_model),
        ),
      },
    },
    summaries: REAL.summaries
      .slice(0, targets)
      .map((one, index) =>
        index === 2
          ? { ...one, complete: false, budget_stopped: true, n_artifacts_skipped_for_budget: 37 }
          : one,
      ),
    agents: Array.from({ length: wanted }, (_, index) => agentAt(index, targets, weeks)),
    unreadable: [
      {
        job: 'counterfactual',
        key: '_counterfactual/ic_cio/2607040900.json',
        error: 'schema_version: expected 2',
      },
    ],
  };
  const whole = { ...data, ...runsOf(data, weeks) };
  return hostile ? hostileReport(whole) : whole;
}

const LOAD_FAILURES = Array.from({ length: 7 }, (_, index) => ({
  key: `2026/07/0${index + 1}/sector_quant:energy/2026-07-0${index + 1}.json`,
  error: 'Unexpected end of JSON input',
}));

function controlsOf(controls: Controls, status: Controls['status']): Controls {
  const { positive, negative } = controls;
  if (status === 'passed') return controls;
  if (status === 'untested') return { ...controls, status, positive: { ...positive, tested: [] } };
  const failed = {
    agent_id_base: 'executor:risk_guard',
    n_samples: 56,
    runs: 8,
    baseline: 0.7,
    match_rate: 0.8,
    out_of_sample: 0.6,
    optimal: 0.8,
    optimal_out_of_sample: 0.6,
  };
  const found = { agent_id_base: 'sector_qual', rule: 'logistic' as const, match_rate: 0.9 };
  return {
    status,
    positive: { ...positive, failed: [failed] },
    negative: { ...negative, failed: [found] },
  };
}

function agentAt(index: number, targets: number, weeks: number): AgentData {
  const at = index % REAL.agents.length;
  const real = REAL.agents[at] as AgentData;
  const own = { ...real, targets: real.targets.slice(0, targets) };
  const changed = { ...own, ...CHANGES[at]?.(own) };
  const id = index < REAL.agents.length ? real.id : `${real.id}:layer_${index}`;
  const advice = adviseOn(id, { ...changed, controls: 'passed', windowEnd: REAL.windowEnd });
  return { ...changed, id, advice, history: historyOf(changed, index, weeks) };
}

/** By position among the agents. */
const CHANGES: readonly (((agent: AgentData) => Partial<AgentData>) | undefined)[] = [
  (agent) => ({
    analysis: byLogistic(
      judged(agent.analysis, { verdict: 'not_explained', reason: 'below_threshold', runs_needed: null }),
    ),
  }),
  undefined,
  (agent) => ({
    analysis: judged(agent.analysis, {
      verdict: 'not_explained',
      reason: 'not_above_baseline',
      runs_needed: null,
    }),
    targets: agreeing(agent, { verdict: 'interchangeable', verdict_reason: 'above_threshold' }),
  }),
  (agent) => ({
    analysis: agent.analysis && { ...agent.analysis, newest_input_date: '2026-06-11', simulated: true },
    targets: agreeing(agent, { newest_input_date: '2026-06-11', cost_per_decision: null }),
  }),
  (agent) => ({
    analysis: judged(agent.analysis, {
      verdict: 'inconclusive',
      reason: 'too_few_runs',
      runs_needed: null,
      out_of_sample: null,
      permutation: null,
    }),
  }),
  (agent) => ({
    analysis: withExact(
      judged(agent.analysis, { verdict: 'not_explained', reason: 'below_threshold', runs_needed: null }),
      null,
    ),
    targets: agreeing(agent, { verdict: 'not', verdict_reason: 'below_threshold', runs_needed: null }),
  }),
  (agent) => ({
    analysis: withExact(agent.analysis, { optimality: 'time_limited', gap: 0.013 }),
    targets: agreeing(agent, {
      interval_after_stop: true,
      verdict_by: 'sequential_test',
      stop: { decision: 'below', used: 22, saved: 26, saved_usd: null, error_level: 0.05 },
      latency_ms_p50: null,
    }),
  }),
  (agent) => ({
    analysis: null,
    notFitted: '7 rows, fewer than the 10 that a rule needs',
    targets: agent.targets.map((target) => ({
      ...target,
      found: null,
      notMeasured: '2 captures were scored, fewer than 3',
      worst: [],
    })),
  }),
];

function judged(analysis: Analysis | null, change: Partial<EvaluatedRule>): Analysis | null {
  if (!analysis) return null;
  const { evaluation } = analysis;
  const { tree, logistic, exact } = evaluation.rules;
  const rules = {
    tree: { ...tree, ...change },
    ...(logistic && { logistic: { ...logistic, ...change } }),
    ...(exact && { exact: { ...exact, ...change } }),
  };
  return { ...analysis, evaluation: { ...evaluation, rules } };
}

const PROSPECTIVE = {
  runs: [
    {
      run_id: '2606130900',
      window_start: '2026-04-19',
      window_end: '2026-06-13',
      age_days: 28,
      later_rows: 40,
      later_runs: 6,
      rules: { tree: { verdict: 'explained' as const, match_rate: 0.9, interval: null } },
    },
  ],
  not_applied: [],
};

/** Explained by the logistic regression alone, which gets as many rows wrong as the tree. */
function byLogistic(analysis: Analysis | null): Analysis | null {
  const { tree, exact, logistic } = analysis?.evaluation.rules ?? {};
  if (!analysis?.wrong_rows || !tree || !logistic) return analysis;
  const explained = { verdict: 'explained' as const, reason: 'above_both' as const, missing_for_replace: [] };
  const rules = { tree, ...(exact && { exact }), logistic: { ...logistic, ...explained } };
  const wrong_rows = { ...analysis.wrong_rows, logistic: analysis.wrong_rows.tree };
  return { ...analysis, wrong_rows, prospective: PROSPECTIVE, evaluation: { ...analysis.evaluation, rules } };
}

/** With something changed of the exact tree, or without it. */
function withExact(
  analysis: Analysis | null,
  change: Partial<Extract<Analysis['rules']['exact'], { nodes: unknown }>> | null,
): Analysis | null {
  if (!analysis || 'skip_reason' in analysis.rules.exact) return analysis;
  const { tree, logistic, exact } = analysis.evaluation.rules;
  const own = change ? { ...analysis.rules.exact, ...change } : { skip_reason: 'depth above 4' };
  const rules = { tree, ...(logistic && { logistic }), ...(change && exact && { exact }) };
  return {
    ...analysis,
    rules: { ...analysis.rules, exact: own },
    evaluation: { ...analysis.evaluation, rules },
    wrong_rows: analysis.wrong_rows && (change ? analysis.wrong_rows : { tree: analysis.wrong_rows.tree }),
  };
}

function agreeing({ targets }: AgentData, change: Partial<AgentAgreement>): AgentData['targets'] {
  return targets.map((target) => ({ ...target, found: target.found && { ...target.found, ...change } }));
}

function historyOf({ analysis, targets }: AgentData, at: number, weeks: number): AgentHistory {
  const runs = !analysis ? 0 : at % 6 === 5 ? Math.min(weeks, 1) : weeks;
  return {
    match: points(runs, 0.9, { seed: at, band: 0 }),
    unseen: points(runs, 0.8, { seed: at + 100, band: 0.07 }),
    agreement: targets.map(({ model }, index) => ({
      model,
      points: points(runs, 0.88 + index / 30, { seed: at + 10 * index, band: 0.05 }),
    })),
  };
}

/** One run a week up to the one before. */
function runsOf(data: ReportData, weeks: number): Pick<ReportData, 'before' | 'runs'> {
  const runs = Array.from({ length: weeks - 1 }, (_, index) => {
    const end = new Date(Date.UTC(2026, 6, 11) - (weeks - 1 - index) * 7 * DAY_MS).toISOString();
    const run_key = `${end.slice(2, 10).replaceAll('-', '')}0900`;
    const advice = { ...documentOf(data), run_key, window_end: end.slice(0, 10) };
    return { advice, hasReport: index % 5 !== 0 };
  });
  return { before: runs.at(-1)?.advice ?? null, runs };
}

function points(runs: number, level: number, { seed, band }: { seed: number; band: number }): HistoryPoint[] {
  const random = randomOf(seed);
  return Array.from({ length: runs }, (_, index) => {
    const day = new Date(Date.UTC(2026, 6, 11) - (runs - 1 - index) * 7 * DAY_MS);
    const runId = `${day.toISOString().slice(2, 10).replaceAll('-', '')}0900`;
    const value = Math.min(1, Math.max(0, level + (random() - 0.5) * 0.08));
    const hasBand = band > 0 && index % 17 !== 3;
    return {
      runId,
      value,
      low: hasBand ? Math.max(0, value - band) : null,
      high: hasBand ? Math.min(1, value + band) : null,
    };
  });
}
