import type { AgentData, ReportData } from '../../src/report/data.ts';

/** The report of a run of which neither job left a result. */
export function nothingMeasured(data: ReportData): ReportData {
  return {
    ...data,
    counterfactual: null,
    concordance: null,
    summaries: [],
    agents: data.agents.map((agent) => ({ ...agent, analysis: null, notFitted: null, targets: [] })),
  };
}

/** The report with null wherever a file may hold it, and NaN where a number may be none. */
export function nullsEverywhere(data: ReportData): ReportData {
  return { ...data, agents: data.agents.map(withNulls) };
}

function withNulls(agent: AgentData): AgentData {
  const { analysis } = agent;
  const logistic = analysis?.evaluation.rules.logistic;
  const bare = { out_of_sample: null, walk_forward: null, permutation: null, runs_needed: null };
  return {
    ...agent,
    advice: { ...agent.advice, saving_per_month_usd: Number.NaN, newest_input_date: null },
    analysis: analysis && {
      ...analysis,
      evaluation: {
        ...analysis.evaluation,
        baseline: { label: 'low', match_rate: Number.NaN },
        rules: {
          tree: {
            ...analysis.evaluation.rules.tree,
            ...bare,
            by_depth: [{ depth: 0, match_rate: Number.NaN, out_of_sample: null }],
          },
          ...(logistic && { logistic: { ...logistic, ...bare } }),
        },
      },
    },
    targets: agent.targets.map((target) => ({
      ...target,
      notMeasured: null,
      found: target.found && {
        ...target.found,
        mean: Number.NaN,
        interval: null,
        relative_to_ceiling: null,
        latency_ms_p50: null,
        diagnostics: { stance_equal: null },
      },
    })),
    history: {
      match: agent.history.match.map((point) => ({ ...point, value: Number.NaN })),
      unseen: agent.history.unseen.map((point) => ({ ...point, low: null, high: null })),
      agreement: [],
    },
  };
}
