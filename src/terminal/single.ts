import { truncate } from '../shared/truncate.ts';
import type { SingleSummary } from './ended.ts';
import { share, usd } from './numbers.ts';
import type { Page } from './page.ts';
import { labelled } from './paragraph.ts';

/** Longest decision that is shown; the result object has more of it. */
const DECISION_TEXT = 300;

/** One capture's decision beside that of another model. */
export function singleLines(summary: SingleSummary, page: Page): string[] {
  const { artifact_key: key, original_model: model, skipped, original_decision: original } = summary;
  if (key === undefined) return [];
  return [
    key,
    ...(skipped === undefined ? [] : labelled('skipped', skipped.replaceAll('_', ' '), page, 'unsure')),
    ...(original === undefined
      ? []
      : labelled('captured', `${brief(original)} (${model ?? 'model unknown'})`, page)),
    ...('replay_decision' in summary ? labelled('replayed', brief(summary.replay_decision), page) : []),
    ...(summary.invalid_answer === undefined
      ? []
      : labelled('invalid', `${summary.invalid_answer}: ${summary.error ?? ''}`, page, 'bad')),
    ...(summary.agreement === undefined
      ? []
      : labelled('agree', `${share(summary.agreement)}; ${usd(summary.usd)} USD`, page)),
  ];
}

function brief(decision: unknown): string {
  return truncate((JSON.stringify(decision, null, 1) ?? 'none').replaceAll(/\s+/g, ' '), DECISION_TEXT);
}
