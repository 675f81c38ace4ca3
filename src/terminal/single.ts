import type { SingleSummary } from '../results/single-run.ts';
import { percent, usd } from '../shared/numbers.ts';
import { truncate } from '../shared/truncate.ts';
import type { Page } from './page.ts';
import { labelled } from './paragraph.ts';

/** Longest decision that is shown; the result object has more of it. */
const DECISION_TEXT = 300;

/** One capture's decision beside that of another model. */
export function singleLines(summary: SingleSummary, page: Page): string[] {
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
