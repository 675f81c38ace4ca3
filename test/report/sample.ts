import type { Advice, AgentData, AgentHistory, HistoryPoint, ReportData } from '../../src/report/data.ts';
import { hostileReport } from './hostile.ts';
import { randomOf } from './random.ts';
import { type AgentPlan, CONTROL_PLANS, PLANS } from './sample-agents.ts';
import { sampleAnalysis } from './sample-analysis.ts';
import { MODELS, sampleSummary, sampleTarget } from './sample-concordance.ts';
import { type ControlsStatus, sampleConcordance, sampleCounterfactual } from './sample-results.ts';

const RUN_ID = '2607110900';
const DAY_MS = 86_400_000;

export interface SampleOptions {
  readonly agents?: number;
  readonly targets?: number;
  readonly weeks?: number;
  /** Every text that a file could hold is one that would break a careless page. */
  readonly hostile?: boolean;
  readonly controls?: ControlsStatus;
}

/** A report's data, as real as can be, the same for the same options. */
export function sampleReport(options: SampleOptions = {}): ReportData {
  const { agents: wanted = 12, targets = 3, weeks = 52, hostile = false, controls = 'passed' } = options;
  const models = MODELS.slice(0, targets);
  const plans = Array.from({ length: wanted }, (_, index) => planAt(index));
  const agents = plans.map((plan, index) => agentOf(plan, index, { models, weeks }));
  const families = [...new Set(plans.map(({ family }) => family))];
  const data: ReportData = {
    runKey: RUN_ID,
    runId: RUN_ID,
    windowStart: '2026-05-17',
    windowEnd: '2026-07-11',
    corpus: 's3://alpha-engine-research/decision_artifacts',
    out: 's3://alpha-engine-research/replays',
    counterfactual: sampleCounterfactual(RUN_ID, families, controls),
    concordance: sampleConcordance(
      RUN_ID,
      models,
      plans.map(({ id }) => id),
    ),
    summaries: models.map((model, index) =>
      sampleSummary(
        model,
        RUN_ID,
        agents.flatMap((agent) => agent.targets[index]?.found ?? []),
        families,
      ),
    ),
    agents,
    controls: CONTROL_PLANS.map((plan, index) => agentOf(plan, index, { models: [], weeks: 0 })),
    unreadable: [{ key: '_counterfactual/ic_cio/2607040900.json', error: 'schema_version: expected 2' }],
  };
  return hostile ? hostileReport(data) : data;
}

function planAt(index: number): AgentPlan {
  const plan = PLANS[index % PLANS.length] as AgentPlan;
  return index < PLANS.length ? plan : { ...plan, id: `${plan.id}:layer_${index}` };
}

interface Scope {
  readonly models: readonly string[];
  readonly weeks: number;
}

function agentOf(plan: AgentPlan, at: number, { models, weeks }: Scope): AgentData {
  const analysis = sampleAnalysis(plan, at + 1, RUN_ID);
  return {
    id: plan.id,
    family: plan.family,
    decision: plan.decision,
    advice: adviceOf(plan),
    analysis,
    notFitted: analysis ? null : '7 rows, fewer than the 10 that a rule needs',
    targets: plan.action === 'unmeasured' ? [] : models.map((_, model) => sampleTarget(plan, at, model)),
    history: historyOf(plan, at, { models, weeks }),
  };
}

const HEADLINES: Readonly<Record<Advice['action'], string>> = {
  replace: 'Replace it by the greedy tree: on unseen runs the tree decides the same.',
  switch: 'Switch it to claude-sonnet-4-5, which decides the same for an eighth of the cost.',
  keep: 'Keep it as it is: neither a rule nor a cheaper model decides the same.',
  wait: 'Wait: what was measured does not tell yet. About 1,151 runs like these would.',
  unmeasured: 'Nothing is known of it: no rule was fitted and no prompt replayed.',
  control: 'A deterministic agent: there is nothing to decide.',
};

function adviceOf({ action, id, rows }: AgentPlan): Advice {
  const acts = action === 'replace' || action === 'switch';
  return {
    action,
    headline: HEADLINES[action],
    grounds:
      rows === null
        ? []
        : ['The tree matches 97% of unseen rows (88% to 100%).', 'The threshold is 85%, the baseline 74%.'],
    caveats:
      id === 'thesis_update'
        ? [
            'Its newest capture is a month old.',
            'Rows of a simulation are among these.',
            'The budget stopped the replays.',
          ]
        : id === 'ic_cio'
          ? ['Three rules are three looks: one of them is explained by chance more often than any one.']
          : [],
    savingPerMonthUsd: acts ? (id === 'ic_cio' ? null : 5.81 + rowsOf(rows)) : null,
    newest: rows === null ? null : id === 'thesis_update' ? '2026-06-11' : '2026-07-11',
  };
}

function rowsOf(rows: number | null): number {
  return (rows ?? 0) / 10;
}

function historyOf(plan: AgentPlan, at: number, { models, weeks }: Scope): AgentHistory {
  const runs = plan.action === 'unmeasured' ? 0 : at % 6 === 5 ? Math.min(weeks, 1) : weeks;
  return {
    match: points(runs, (plan.unseen ?? 0.8) + 0.01, { seed: at, band: 0 }),
    unseen: plan.unseen === null ? [] : points(runs, plan.unseen, { seed: at + 100, band: 0.07 }),
    agreement: models.map((model, index) => ({
      model,
      points: points(runs, 0.88 + index / 30, { seed: at + 10 * index, band: 0.05 }),
    })),
  };
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
