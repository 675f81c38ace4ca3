import { max } from 'd3-array';
import type { AgentFamily } from '../agents/family.ts';
import { FAMILIES } from '../agents/registry.ts';
import { servedWarning } from '../results/served.ts';
import type { Summary } from '../results/summary.ts';
import { counted } from '../shared/numbers.ts';
import { adviseOn } from './advice.ts';
import type { AgentData, ControlData, ReportData, TargetData } from './data.ts';
import type { History } from './history.ts';
import type { RunFiles } from './read-run.ts';
import { inWords, told } from './words.ts';

/** What is known of every agent, the LLM agents apart from the controls, both in the registry's order. */
export function groupByAgent(
  files: RunFiles,
  history: History,
  { windowEnd, before }: Pick<ReportData, 'windowEnd' | 'before'>,
): { readonly agents: AgentData[]; readonly controls: ControlData[] } {
  const lastDays = new Map(before?.agents.map(({ agent, newest_input_date }) => [agent, newest_input_date]));
  const ofKind = (kind: AgentFamily['kind']) =>
    FAMILIES.filter((family) => family.kind === kind).flatMap((family) =>
      family.captured.subjects.map(({ id }) => knownOf(files, history, family, id, lastDays.get(id))),
    );
  const controls = files.counterfactual?.summary.controls.status ?? null;
  return {
    agents: ofKind('llm').map((agent) => ({
      ...agent,
      advice: adviseOn(agent.id, { ...agent, controls, windowEnd }),
    })),
    controls: ofKind('deterministic'),
  };
}

function knownOf(
  files: RunFiles,
  history: History,
  { id: family, kind, decision }: AgentFamily,
  id: string,
  lastDay: string | null | undefined,
): ControlData {
  const analysis = files.analyses.find(({ agent_id_base }) => agent_id_base === id) ?? null;
  const notFitted = analysis ? null : whyNotFitted(files, family, id);
  const targets = kind === 'llm' ? files.summaries.map((summary) => targetOf(files, summary, family)) : [];
  const jobs = [files.counterfactual?.summary, ...files.summaries];
  const counts = jobs.flatMap((job) => job?.per_family[family] ?? []);
  const cost = counts.find(({ captured_cost }) => captured_cost)?.captured_cost ?? null;
  // Of an agent that was not asked for, nothing is known.
  const newest = max(counts, ({ newest_capture_date }) => newest_capture_date) ?? lastDay ?? null;
  const newestCapture = counts.length > 0 ? newest : null;
  return { id, family, decision, analysis, notFitted, targets, cost, newestCapture, history: history(id) };
}

function whyNotFitted({ counterfactual, unreadable }: RunFiles, family: string, id: string): string {
  if (!counterfactual) return 'counterfactual left no result under this run key';
  const { summary } = counterfactual;
  const thin = summary.agents_skipped_thin_sample.find(({ agent_id_base }) => agent_id_base === id);
  if (thin) {
    const captures = counted(summary.per_family[family]?.listed, 'capture');
    return `${captures}, ${thin.skip_reason.startsWith('thin') ? `too few rows: ${thin.n_samples}` : thin.skip_reason}`;
  }
  const failure = summary.fit_failures.find(({ agent_id_base }) => agent_id_base === id);
  if (failure) return `the fit failed: ${failure.error}`;
  if (unreadable.some(({ key }) => key.includes(`/${id}/`))) return 'its analysis could not be read';
  const counts = summary.per_family[family];
  if (!counts) return 'it was not asked for';
  if (counts.listed === 0) return 'no capture of it is in the window';
  if (counts.loaded === 0) return `none of its ${counts.listed} captures could be read`;
  return 'no rule of its own is fitted with these features';
}

function targetOf(files: RunFiles, summary: Summary, family: string): TargetData {
  const { target_model: model, interchangeable_threshold: threshold, noise_ceiling } = summary;
  const found = summary.per_agent.find(({ agent_id_base }) => agent_id_base === family) ?? null;
  const ceiling = noise_ceiling?.per_agent.find(({ agent_id_base }) => agent_id_base === family) ?? null;
  const worst = (files.concordance?.lists.worst_disagreements ?? []).filter(
    (one) => one.agent_id_base === family && one.target_model === model,
  );
  return {
    model,
    found,
    notMeasured: found ? null : whyNotMeasured(summary, family),
    threshold,
    ceiling,
    caveats: caveatsOf(summary),
    worst,
  };
}

function whyNotMeasured(summary: Summary, family: string): string {
  const thin = summary.agents_skipped_thin_sample.find(({ agent_id_base }) => agent_id_base === family);
  if (thin) return `only ${thin.n_observations} of its captures could be scored`;
  const counts = summary.per_family[family];
  if (!counts) return 'it was not asked for';
  if (counts.listed === 0) return 'no capture of it is in the window';
  if (counts.replayable > 0) {
    const failed = summary.replay_failures.filter(({ agent_id_base }) => agent_id_base === family).length;
    const rest = summary.budget_stopped ? 'the budget ended the run before it' : 'none was reached';
    return failed > 0 ? `none of its replays had a valid answer, ${failed} failed` : rest;
  }
  const reasons = Object.entries(counts.skipped).map(([reason, count]) => `${count}: ${inWords(reason)}`);
  const why = reasons.length > 0 ? ` (${reasons.join('; ')})` : '';
  return `none of its ${counts.listed} captures can be replayed${why}`;
}

/** What is to be said of all of a target's numbers. */
function caveatsOf(summary: Summary): string[] {
  const { target_model: model, n_artifacts_over_cap: over } = summary;
  const unreached = summary.n_artifacts_skipped_for_budget;
  return told(
    servedWarning(model, summary.served),
    unreached > 0 && `The budget ended the replays of ${model}: ${unreached} captures were not reached.`,
    over > 0 && `--max-artifacts left out ${over} captures.`,
    summary.transport === 'recorded' && 'The answers are recordings, not calls of this run.',
  );
}
