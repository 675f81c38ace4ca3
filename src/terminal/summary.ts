import { ACTIONS, type Action, type AgentAdvice } from '../results/advice.ts';
import type { FoundSummary, ReportSummary, SingleSummary } from '../results/found.ts';
import { duration, percent, usd } from '../shared/numbers.ts';
import { truncate } from '../shared/truncate.ts';
import { concordanceLines } from './concordance.ts';
import { counterfactualLines } from './counterfactual.ts';
import type { Ended } from './ended.ts';
import { leftOutLines } from './left-out.ts';
import { labelled } from './lines.ts';
import { nextStep } from './next-step.ts';
import type { Page, Style } from './page.ts';
import { planLines } from './plan.ts';

const STATUS: Readonly<Record<string, Style>> = { OK: 'good', PARTIAL: 'unsure' };

/** A run that has ended, for who ran it: what came out, what was left out, where the files are and what to do next. */
export function summaryLines(ended: Ended, page: Page): string[] {
  const { error, result_uri: result, report_uri: report, report_error: unreported } = ended;
  const files = [
    ...labelled('error', error, page, 'bad'),
    ...(unreported === undefined ? [] : labelled('failed', `advice or report: ${unreported}`, page, 'bad')),
    ...labelled('report', report ?? undefined, page),
    ...labelled('result', result ?? undefined, page),
    ...labelled('next', nextStep(ended), page),
  ];
  return [
    headline(ended, page),
    ...cameOut(ended, page),
    ...leftOutLines(ended.summary ?? {}, page),
    ...files,
  ];
}

function headline({ job, status, duration_seconds: seconds }: Ended, { paint }: Page): string {
  return `${paint('strong', job)} ${paint(STATUS[status] ?? 'bad', status)} in ${duration(seconds)}`;
}

function cameOut({ summary, advice = [] }: Ended, page: Page): string[] {
  const parts = [summary ? bodyOf(summary, page) : [], adviceLines(advice, page)];
  return parts.flatMap((lines) => (lines.length > 0 ? [...lines, ''] : []));
}

function bodyOf(summary: FoundSummary, page: Page): string[] {
  if ('plan' in summary) return planLines(summary, page);
  if ('controls' in summary) return counterfactualLines(summary, page);
  if ('per_target' in summary) return concordanceLines(summary, page);
  if ('artifact_key' in summary) return singleLines(summary, page);
  return 'unreadable' in summary ? reportLines(summary, page) : [];
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

/** What a report could not read. */
function reportLines({ unreadable }: ReportSummary, page: Page): string[] {
  const lost = unreadable.map(({ key, error }) => `${key}: ${error}`).join('; ');
  return labelled('missing', lost, page, 'bad');
}

/** Longest decision that is shown; the result object has more of it. */
const DECISION_TEXT = 300;

/** One capture's decision beside that of another model. */
function singleLines(summary: SingleSummary, page: Page): string[] {
  const { artifact_key: key } = summary;
  if ('skipped' in summary) {
    return [key, ...labelled('skipped', summary.skipped.replaceAll('_', ' '), page, 'unsure')];
  }
  const { original_model: model, original_decision: original } = summary;
  const captured = [key, ...labelled('captured', `${brief(original)} (${model})`, page)];
  if ('invalid_answer' in summary) {
    const { invalid_answer: reason, error } = summary;
    return [...captured, ...labelled('invalid', `${reason}: ${error}`, page, 'bad')];
  }
  if (!('agreement' in summary)) return captured;
  const { replay_decision: replayed, agreement, usd: price } = summary;
  return [
    ...captured,
    ...labelled('replayed', brief(replayed), page),
    ...labelled('agree', `${percent(agreement)}; ${usd(price)}`, page),
  ];
}

function brief(decision: unknown): string {
  return truncate((JSON.stringify(decision, null, 1) ?? 'none').replaceAll(/\s+/g, ' '), DECISION_TEXT);
}
