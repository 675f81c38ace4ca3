import type { AdviceDocument, AgentAdvice } from '../results/advice.ts';
import type { ReportData } from './data.ts';

/** The advice on each agent, as the report has it. */
export function adviceOf({ agents }: Pick<ReportData, 'agents'>): AgentAdvice[] {
  return agents.map(({ advice: { grounds, ...published } }) => published);
}

/** The advice of a run as it is published. */
export function documentOf(data: ReportData): AdviceDocument {
  const { runKey, windowStart, windowEnd, before, counterfactual, concordance } = data;
  const runDate = (counterfactual ?? concordance)?.run_date;
  return {
    schema_version: 1,
    run_key: runKey,
    ...(runDate && { run_date: runDate }),
    window_start: windowStart,
    window_end: windowEnd,
    cost_usd: concordance?.summary.cost.usd ?? null,
    agents: adviceOf(data).map((one) => {
      const action = before?.agents.find(({ agent }) => agent === one.agent)?.action;
      return { ...one, previous: before && action ? { run_key: before.run_key, action } : null };
    }),
  };
}
