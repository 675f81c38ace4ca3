import { faultsOf } from '../publish/faults.ts';
import { count } from '../shared/numbers.ts';
import { sortedCounts, sumOf, total } from '../shared/tally.ts';
import type { AnySummary } from './ended.ts';
import { labelled, listed } from './lines.ts';
import type { Page } from './page.ts';

/** The commonest reasons stand for themselves; the result object counts all of them. */
const MOST_REASONS = 5;

/** What a run did not count, by reason, and what failed. */
export function leftOutLines(summary: AnySummary, page: Page): string[] {
  return [
    ...labelled('left out', listed(leftOut(summary)), page),
    ...labelled('failed', listed(failures(summary)), page, 'bad'),
    ...labelled('metrics', metricsOf(summary), page),
  ];
}

function leftOut(summary: AnySummary): string[] {
  const families = Object.values(summary.per_family ?? {});
  const reasons =
    summary.replay_skips ?? sumOf(families.map((one) => ('dropped' in one ? one.dropped : one.skipped)));
  const duplicates = families.reduce((sum, { deduplicated }) => sum + deduplicated, 0);
  const { unknown, capped = {}, ignored_keys: ignored } = summary.not_listed ?? {};
  const sorted = sortedCounts(reasons);
  const others = sorted.slice(MOST_REASONS).reduce((sum, [, n]) => sum + n, 0);
  return [
    ...sorted.slice(0, MOST_REASONS).map(([reason, n]) => `${count(n)} ${reason.replaceAll('_', ' ')}`),
    ...some(others, 'for other reasons'),
    ...some(duplicates, 'duplicates'),
    ...some(total(capped), 'over the cap'),
    ...some(summary.n_artifacts_skipped_for_budget, 'for the budget'),
    ...some(unknown?.count, 'of unknown agents'),
    ...some(ignored?.count, 'keys that are no artifacts'),
  ];
}

function failures(summary: AnySummary): string[] {
  const reasons = new Set(summary.replay_failures?.sample.map(({ reason }) => reason).filter(Boolean));
  return faultsOf({ ...summary }).flatMap(({ what, count }) =>
    some(count, what === 'replays' ? `replays (${[...reasons].join(', ')})` : what),
  );
}

function metricsOf({ metrics }: AnySummary): string | undefined {
  if (!metrics || metrics.target === 'none') return undefined;
  const reasons = [...new Set(metrics.skipped.map(({ reason }) => reason.replaceAll('_', ' ')))];
  const held = reasons.length > 0 ? `; held back: ${reasons.join(', ')}` : '';
  if (metrics.error !== undefined) return `${metrics.emitted > 0 ? '' : 'not emitted: '}${metrics.error}`;
  return `${count(metrics.emitted)} datapoints to ${metrics.target}${held}`;
}

function some(n: number | undefined, what: string): string[] {
  return n ? [`${count(n)} ${what}`] : [];
}
