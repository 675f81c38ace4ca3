import { MIN_CLUSTERS } from '../../statistics/mean-interval.ts';
import type { Judged } from './out-of-sample.ts';
import type { Recall } from './parts.ts';

/** A label is caught when the lower limit of its recall is above this. */
const CAUGHT = 0.5;

/** What a rule that explains an agent lacks, before it may replace it. */
export type Missing =
  /** A label is not caught for sure. */
  | {
      readonly reason: 'label_missed';
      readonly label: string;
      readonly missed: number;
      readonly rows: number;
    }
  /** A label occurs in too few runs to tell. */
  | { readonly reason: 'label_rare'; readonly label: string; readonly runs: number }
  /** The newest fifth of the runs is matched less than is asked for. */
  | { readonly reason: 'newest_refuted'; readonly match_rate: number };

/** What this window's rows tell against a rule that explains them; nothing of one that does not. */
export function missingForReplace(
  { verdict, walk_forward: forward }: Judged,
  recalls: readonly (Omit<Recall, 'label'> & { readonly label: string })[],
  threshold: number,
): Missing[] {
  if (verdict !== 'explained') return [];
  const labels = recalls.flatMap(({ label, rows, runs, caught, low }): Missing[] => {
    if (runs < MIN_CLUSTERS || low === null) return [{ reason: 'label_rare', label, runs }];
    return low > CAUGHT ? [] : [{ reason: 'label_missed', label, missed: rows - caught, rows }];
  });
  if (!forward || forward.newest.match_rate >= threshold) return labels;
  return [...labels, { reason: 'newest_refuted', match_rate: forward.newest.match_rate }];
}
