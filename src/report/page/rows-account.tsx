import { sum } from 'd3-array';
import type { CounterfactualResult } from '../../results/counterfactual-run.ts';
import { count, counted } from '../../shared/numbers.ts';
import { sortedCounts, total } from '../../shared/tally.ts';
import { truncate } from '../../shared/truncate.ts';
import { meaningOf } from '../words.ts';
import { DataTable } from './data-table.tsx';
import { Name } from './name.tsx';

export type FamilyCounts = CounterfactualResult['summary']['per_family'][string];

const MAX_REASONS = 20;

/** From listed captures to rows, so that nothing is lost on the way. */
export function RowsAccount({ family, counts }: { readonly family: string; readonly counts: FamilyCounts }) {
  const used = usedOf(counts);
  const dropped = sortedCounts(counts.dropped);
  const rarer = dropped.slice(MAX_REASONS);
  const skipped = total(counts.skipped_rows);
  return (
    <details class="print">
      <summary>
        Where the rows come from: {counted(used, 'capture')} of {count(counts.listed)}
      </summary>
      <DataTable
        caption={`From captures to rows: family ${truncate(family, 60)}`}
        columns={[
          ['Captures', ([what]) => what],
          ['Number', ([, n]) => n, 'num'],
          ['What it means', ([, , meaning]) => meaning],
        ]}
        rows={[
          ['Listed in the window', count(counts.listed), ''],
          ['Could not be read', minus(counts.listed - counts.loaded), ''],
          [
            'Duplicates',
            minus(counts.deduplicated),
            'older copies of a decision that a later day holds again',
          ],
          ...dropped
            .slice(0, MAX_REASONS)
            .map(([reason, n]) => [<Name text={reason} max={80} />, minus(n), meaningOf(reason) ?? '']),
          ...(rarer.length > 0
            ? [[`${rarer.length} other reasons`, minus(sum(rarer, ([, n]) => n)), '']]
            : []),
          [
            <strong>Left</strong>,
            <strong>{count(used)}</strong>,
            `${counted(counts.rows, 'row')} came of them`,
          ],
        ]}
      />
      {skipped > 0 && (
        <p class="note">
          {counted(skipped, 'item')} of these captures became no row:{' '}
          {sortedCounts(counts.skipped_rows)
            .slice(0, MAX_REASONS)
            .map(([reason, n]) => `${truncate(reason, 80)} ${count(n)}`)
            .join(', ')}
          .
        </p>
      )}
    </details>
  );
}

/** Captures that gave the rows. */
export function usedOf({ loaded, deduplicated, dropped }: FamilyCounts): number {
  return loaded - deduplicated - total(dropped);
}

function minus(n: number): string {
  return n === 0 ? '0' : `−${count(n)}`;
}
