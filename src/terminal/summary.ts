import type { FoundSummary } from '../results/found.ts';
import { duration } from '../shared/numbers.ts';
import { adviceLines } from './advice.ts';
import type { Style } from './colours.ts';
import { concordanceLines } from './concordance.ts';
import { counterfactualLines } from './counterfactual.ts';
import type { Ended } from './ended.ts';
import { leftOutLines } from './left-out.ts';
import { nextStep } from './next-step.ts';
import type { Page } from './page.ts';
import { labelled } from './paragraph.ts';
import { planLines } from './plan.ts';
import { reportLines } from './report.ts';
import { singleLines } from './single.ts';

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
