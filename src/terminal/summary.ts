import type { Style } from './colours.ts';
import { concordanceLines } from './concordance.ts';
import { counterfactualLines } from './counterfactual.ts';
import type { Ended, PlanSummary } from './ended.ts';
import { leftOutLines } from './left-out.ts';
import { nextStep } from './next-step.ts';
import { duration } from './numbers.ts';
import type { Page } from './page.ts';
import { labelled } from './paragraph.ts';
import { planLines } from './plan.ts';
import { reportLines } from './report.ts';
import { singleLines } from './single.ts';

const STATUS: Readonly<Record<string, Style>> = { OK: 'good', PARTIAL: 'unsure' };

/** A run that has ended, for who ran it: what came out, what was left out, where the files are and what to do next. */
export function summaryLines(ended: Ended, page: Page): string[] {
  const { error, result_uri: result, report_uri: report, report_error: unreported } = ended;
  const summary = ended.summary ?? {};
  const next = nextStep(ended);
  const files = [
    ...(error === undefined ? [] : labelled('error', error, page, 'bad')),
    ...(unreported === undefined ? [] : labelled('failed', `the report: ${unreported}`, page, 'bad')),
    ...(report ? labelled('report', report, page) : []),
    ...(result ? labelled('result', result, page) : []),
    ...(next === undefined ? [] : labelled('next', next, page)),
  ];
  return [headline(ended, page), ...cameOut(ended, page), ...leftOutLines(summary, page), ...files];
}

function headline({ job, status, duration_seconds: seconds }: Ended, { paint }: Page): string {
  return `${paint('strong', job)} ${paint(STATUS[status] ?? 'bad', status)} in ${duration(seconds)}`;
}

function cameOut({ job, summary = {} }: Ended, page: Page): string[] {
  const lines = 'plan' in summary ? planLines(summary as PlanSummary, page) : BODIES[job]?.(summary, page);
  return lines && lines.length > 0 ? [...lines, ''] : [];
}

const BODIES: Readonly<Record<string, (summary: object, page: Page) => string[]>> = {
  counterfactual: counterfactualLines,
  concordance: concordanceLines,
  single: singleLines,
  report: reportLines,
};
