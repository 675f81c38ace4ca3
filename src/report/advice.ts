import { greatest, max } from 'd3-array';
import { daysBetween, MAX_AGE_DAYS } from '../corpus/window.ts';
import type { AdviceDocument, AgentAdvice } from '../results/advice.ts';
import type { Analysis } from '../results/analysis.ts';
import type { Controls } from '../results/counterfactual-run.ts';
import type { Interval } from '../results/parts.ts';
import type { EvaluatedRule } from '../results/rules.ts';
import type { AgentAgreement } from '../results/summary.ts';
import { counted, decimal, percent, roughly, usd } from '../shared/numbers.ts';
import { sumOf, total } from '../shared/tally.ts';
import type { Advice, AgentData, ReportData, TargetData } from './data.ts';
import { chosenRule, explainingRule, rulesOf } from './rules.ts';
import { inputFindings, missingWords } from './verdict-words.ts';
import { capitalised, told } from './words.ts';

/** With fewer, intervals cover less often than they say (docs/statistics.md). */
const FEW_RUNS = 30;

export interface Measured
  extends Pick<AgentData, 'analysis' | 'notFitted' | 'targets' | 'cost' | 'newestCapture'> {
  /** Of the run's controls; null where `counterfactual` did not run. */
  readonly controls: Controls['status'] | null;
  /** `YYYY-MM-DD`. */
  readonly windowEnd: string;
}

/** What follows from an agent's numbers. Nothing is proposed that a verdict does not carry, nor on old input or behind
 * failed controls. */
export function adviseOn(agent: string, measured: Measured): Advice {
  const { analysis, targets } = measured;
  const found = targets.flatMap(({ found: one }) => one ?? []);
  const newest = max([analysis, ...found], (one) => one?.newest_input_date) ?? measured.newestCapture;
  return {
    agent,
    rule: null,
    target_model: null,
    saving_per_month_usd: null,
    ...proposalOf(measured, newest),
    cost_per_month_usd: measured.cost?.cost_per_month_usd ?? null,
    decisions_per_month: measured.cost?.decisions_per_month ?? null,
    grounds: [...(analysis ? rulesGrounds(analysis) : []), ...targets.flatMap(targetGrounds)],
    caveats: caveatsOf(measured, found),
    newest_input_date: newest,
  };
}

type Proposal = Pick<Advice, 'action' | 'reason'> & Partial<Advice>;

function proposalOf(
  { analysis, notFitted, targets, cost, controls, windowEnd }: Measured,
  newest: string | null,
): Proposal {
  const age = newest === null ? 0 : daysBetween(newest, windowEnd);
  if (age > MAX_AGE_DAYS) {
    const reason = `Its newest capture is of ${newest}, ${age} days before the window ends.`;
    return { action: 'stale', reason };
  }
  if (!analysis && targets.every(({ found }) => found === null)) {
    const why = [notFitted, ...targets.map(({ notMeasured }) => notMeasured)].find((one) => one !== null);
    return { action: 'not_measured', reason: `No job has a result for it: ${why ?? 'none says why'}.` };
  }
  const rule = analysis && explainingRule(analysis);
  if (rule && controls === 'failed') {
    return { action: 'do_not_act', reason: 'The controls of this run failed.' };
  }
  if (rule && rule.rule.missing_for_replace?.length === 0) {
    const reason = `${capitalised(rule.name)} can take over: it ${decidesTheSame(rule.rule)}.`;
    const saving_per_month_usd = cost?.cost_per_month_usd ?? null;
    return { action: 'replace', reason, rule: rule.id, saving_per_month_usd };
  }
  const found = targets.filter(isFound);
  const better = bestTarget(found);
  if (better) {
    const saving = savingOf(better);
    const saved = saving === null ? '; what it saves is not known' : `, saving about ${usd(saving)} a month`;
    const reason = `${better.model} can take over${saved}${runnerUp(better, found)}.`;
    return { action: 'switch', reason, target_model: better.model, saving_per_month_usd: saving };
  }
  if (rule) {
    const reason = `${capitalised(rule.name)} explains it in this window; not enough to replace it.`;
    return { action: 'wait', reason, rule: rule.id };
  }
  return keepOrWait(analysis, targets);
}

function decidesTheSame({ out_of_sample: outside }: EvaluatedRule): string {
  const low = outside?.interval ? `, at least ${percent(outside.interval.low)}` : '';
  return `decides the same in ${percent(outside?.match_rate)} of decisions${low}`;
}

function rulesGrounds(analysis: Analysis): string[] {
  const { baseline, runs } = analysis.evaluation;
  const { rule, name } = chosenRule(analysis);
  const outside = rule.out_of_sample;
  const always = `always answering “${baseline.label}” would in ${percent(baseline.match_rate)}`;
  if (!outside) return [`${capitalised(name)} was fitted to a single run: nothing tells what it is worth.`];
  const match = `${capitalised(name)} decides the same in ${percent(outside.match_rate)} of decisions that it has not seen`;
  const matched = `${match}${intervalText(outside.interval)}; ${always}.`;
  return [matched, ...verdictGround(analysis, rule, runs)];
}

function verdictGround(
  { evaluation }: Analysis,
  { verdict, reason, runs_needed, walk_forward, missing_for_replace: missing }: EvaluatedRule,
  runs: number,
) {
  if (verdict === 'explained') return (missing ?? []).map((one) => missingWords(one, evaluation.threshold));
  const asked = percent(evaluation.threshold);
  const text: Partial<Record<typeof reason, string>> = {
    below_threshold: `That is below the ${asked} that are asked for.`,
    not_above_baseline: 'That is not enough beyond the commonest answer.',
    match_unclear: `Whether it is above the ${asked} that are asked for is open${needed(runs_needed, runs)}.`,
    excess_unclear: `Whether it is enough beyond the commonest answer is open${needed(runs_needed, runs)}.`,
    not_forward: `Learned from earlier runs alone it matches ${percent(walk_forward?.match_rate)} of later ones; more than ${percent(walk_forward?.needed)} are asked for.`,
    too_few_runs: `${runs} ${runs === 1 ? 'run is' : 'runs are'} too few to tell${needed(runs_needed, runs)}.`,
  };
  return text[reason] ? [text[reason]] : [];
}

function targetGrounds({ model, found, threshold, notMeasured }: TargetData): string[] {
  if (!found) return notMeasured === null ? [] : [`${model}: ${notMeasured}.`];
  const { interval, verdict, runs_needed, runs } = found;
  const { mean, n } = found.agreement ?? found;
  const agrees = `${model} agrees ${percent(mean)} in ${counted(n, 'decision')}${intervalText(interval)}`;
  const about = found.verdict_by === 'sequential_test' ? ', in this window' : '';
  const against: Readonly<Record<typeof verdict, string>> = {
    interchangeable: `above the ${percent(threshold)} that are asked for${about}`,
    not: `below the ${percent(threshold)} that are asked for${about}`,
    inconclusive: `which leaves open whether it is above ${percent(threshold)}${needed(runs_needed, runs)}`,
  };
  return [`${agrees}, ${against[verdict]}.`];
}

function needed(runsNeeded: number | null, runs: number): string {
  if (runsNeeded === null) return '';
  return `; about ${roughly(runsNeeded)} runs would settle it, there are ${runs}`;
}

function intervalText(interval: Interval | null): string {
  if (!interval) return '';
  return ` (${percent(interval.level)} interval ${percent(interval.low)} to ${percent(interval.high)})`;
}

type FoundTarget = TargetData & { readonly found: AgentAgreement };

function isFound(target: TargetData): target is FoundTarget {
  return target.found !== null;
}

/** Of the models that stand in for the agent's own, the one that saves most; one that saves nothing is none. */
function bestTarget(targets: readonly FoundTarget[]): FoundTarget | undefined {
  const cheaper = targets.filter((one) => canStandIn(one) && (savingOf(one) ?? 1) > 0);
  return greatest(cheaper, (one) => savingOf(one) ?? 0);
}

function savingOf({ found }: FoundTarget): number | null {
  return found.cost_per_decision?.saving_per_month_usd ?? null;
}

/** How the next best model compares with the one that is proposed: one that stands in before one that agrees more. */
function runnerUp(best: FoundTarget, targets: readonly FoundTarget[]): string {
  const meanOf = ({ found }: FoundTarget) => (found.agreement ?? found).mean;
  const [next] = targets
    .filter(({ model }) => model !== best.model)
    .toSorted((a, b) => Number(canStandIn(b)) - Number(canStandIn(a)) || meanOf(b) - meanOf(a));
  if (!next) return '';
  const tenths = Math.round((meanOf(next) - meanOf(best)) * 1000);
  const agrees =
    tenths === 0 ? 'as much' : `${decimal(Math.abs(tenths) / 10, 1)} points ${moreOrLess(tenths)}`;
  const [own, other] = [savingOf(best), savingOf(next)];
  const by = own === null || other === null ? null : other - own;
  const saves = by ? `, saves ${usd(Math.abs(by))} ${moreOrLess(by)}` : '';
  return `; ${next.model} agrees ${agrees}${saves}`;
}

function moreOrLess(by: number): string {
  return by > 0 ? 'more' : 'less';
}

/** What ended the replays is sure of this window alone; to switch takes the interval. */
function canStandIn({ found, threshold }: TargetData): boolean {
  return found?.verdict === 'interchangeable' && (found.interval?.low ?? 0) > threshold;
}

function keepOrWait(analysis: Analysis | null, targets: readonly TargetData[]): Proposal {
  const noRule = analysis !== null && rulesOf(analysis).every(({ rule }) => rule.verdict === 'not_explained');
  const found = targets.flatMap((target) => target.found ?? []);
  const same = targets.filter(canStandIn);
  const isOpen = found.some(
    ({ verdict }) => verdict === 'inconclusive' || (verdict === 'interchangeable' && same.length === 0),
  );
  const noModel = found.length > 0 && found.length === targets.length && !isOpen;
  const target_model = isOpen ? null : (same[0]?.model ?? null);
  if (noRule && noModel) {
    const reason = same[0]
      ? `No rule decides the same, and ${same[0].model} costs no less.`
      : 'Neither a rule nor a cheaper model decides the same.';
    return { action: 'keep', target_model, reason };
  }
  const rules = !analysis ? 'no rule fitted' : noRule ? 'no rule does' : 'rule undecided';
  const models =
    found.length === 0
      ? 'no cheaper model measured'
      : isOpen
        ? 'cheaper model undecided'
        : same[0]
          ? `${same[0].model} decides the same and costs no less`
          : noModel
            ? 'no cheaper model does'
            : 'not every model measured';
  return { action: 'wait', target_model, reason: `Not settled: ${rules}, ${models}.` };
}

function caveatsOf({ analysis, controls, targets }: Measured, found: readonly AgentAgreement[]) {
  const { live, simulated } = analysis?.sources ?? {};
  const runs = [...(analysis ? [analysis.evaluation.runs] : []), ...found.map((one) => one.runs)];
  const fewest = Math.min(...runs);
  const rows = (live?.n_samples ?? 0) + (simulated?.n_samples ?? 0);
  const invalid = total(sumOf(found.map(({ invalid_answers }) => invalid_answers)));
  return told(
    ...inputFindings(analysis),
    fewest < FEW_RUNS && `Only ${counted(fewest, 'run')}: rough intervals.`,
    analysis && controls === 'untested' && 'No control had enough rows to test this run.',
    simulated && `${simulated.n_samples} of ${rows} rows are simulated.`,
    ...new Set(targets.flatMap(({ caveats, found: one }) => (one ? caveats : []))),
    found.some((one) => one.tool_loop) && 'Replayed without the tools that it has in production.',
    found.some((one) => one.interval_after_stop) &&
      'Replays ended once the verdict was sure: the interval covers less often than it says.',
    invalid > 0 && `${invalid} answers were invalid, and count as disagreement.`,
  );
}

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
