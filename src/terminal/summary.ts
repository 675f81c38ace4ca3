import { ACTIONS, type Action, type AgentAdvice } from '../results/advice.ts';
import type { FoundSummary, SingleSummary } from '../results/found.ts';
import { duration, percent, usd } from '../shared/numbers.ts';
import { truncate } from '../shared/truncate.ts';
import type { AnyOf, Ended } from './ended.ts';
import { concordanceLines, counterfactualLines, planLines } from './found.ts';
import { leftOutLines } from './left-out.ts';
import { labelled } from './lines.ts';
import { nextStep } from './next-step.ts';
import type { Page, Style } from './page.ts';

const STATUS: Readonly<Record<string, Style>> = { OK: 'good', PARTIAL: 'unsure' };

/** A run that has ended, for who ran it: what came out, what was left out, where the files are and what to do next. */
export function summaryLines(ended: Ended, page: Page): string[] {
  const { job, status, summary, advice = [], error, report_error: unreported } = ended;
  const { result_uri: result, report_uri: report, duration_seconds: seconds } = ended;
  const { paint } = page;
  const parts = [summary ? bodyOf(summary, page) : [], adviceLines(advice, page)];
  return [
    `${paint('strong', job)} ${paint(STATUS[status] ?? 'bad', status)} in ${duration(seconds)}`,
    ...parts.flatMap((lines) => (lines.length > 0 ? [...lines, ''] : [])),
    ...leftOutLines(summary ?? {}, page),
    ...labelled('error', error, page, 'bad'),
    ...labelled('failed', unreported && `advice or report: ${unreported}`, page, 'bad'),
    ...labelled('report', report, page),
    ...labelled('result', result, page),
    ...labelled('next', nextStep(ended), page),
  ];
}

function bodyOf(summary: FoundSummary, page: Page): string[] {
  if ('plan' in summary) return planLines(summary, page);
  if ('controls' in summary) return counterfactualLines(summary, page);
  if ('per_target' in summary) return concordanceLines(summary, page);
  if ('artifact_key' in summary) return singleLines(summary, page);
  if (!('unreadable' in summary)) return [];
  const lost = summary.unreadable.map(({ key, error }) => `${key}: ${error}`).join('; ');
  return labelled('missing', lost, page, 'bad');
}

const STYLES: Readonly<Record<Action, Style>> = {
  replace: 'good',
  switch: 'good',
  keep: 'strong',
  wait: 'unsure',
  stale: 'unsure',
  do_not_act: 'bad',
  not_measured: 'faint',
};

/** What to do about each agent, in the words of the report, and what it costs now. */
function adviceLines(advice: readonly AgentAdvice[], page: Page): string[] {
  const width = Math.max(...advice.map(({ agent }) => agent.length)) + 2;
  return advice.flatMap(({ agent, action, reason, cost_per_month_usd: cost }) => {
    const costs = cost === null ? '' : ` It costs ${usd(cost)} a month.`;
    return labelled(agent, `${ACTIONS[action]}. ${reason}${costs}`, page, STYLES[action], width);
  });
}

/** Longest decision that is shown; the result object has more of it. */
const DECISION_TEXT = 300;

/** One capture's decision beside that of another model. */
function singleLines(summary: SingleSummary, page: Page): string[] {
  const { artifact_key: key, skipped, invalid_answer: invalid, ...one }: AnyOf<SingleSummary> = summary;
  const { original_model: model, original_decision: original, agreement, replay_decision: replayed } = one;
  const isScored = agreement !== undefined;
  return [
    key as string,
    ...labelled('skipped', skipped?.replaceAll('_', ' '), page, 'unsure'),
    ...labelled('captured', model !== undefined && `${brief(original)} (${model})`, page),
    ...labelled('invalid', invalid && `${invalid}: ${one.error}`, page, 'bad'),
    ...labelled('replayed', isScored && brief(replayed), page),
    ...labelled('agree', isScored && `${percent(agreement)}; ${usd(one.usd)}`, page),
  ];
}

function brief(decision: unknown): string {
  return truncate((JSON.stringify(decision, null, 1) ?? 'none').replaceAll(/\s+/g, ' '), DECISION_TEXT);
}
