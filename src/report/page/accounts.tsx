import { sum } from 'd3-array';
import type { CounterfactualResult } from '../../results/counterfactual-run.ts';
import type { Summary } from '../../results/summary.ts';
import { count, counted } from '../../shared/numbers.ts';
import { type Counts, sortedCounts, total } from '../../shared/tally.ts';
import { truncate } from '../../shared/truncate.ts';
import { countsInWords, meaningOf } from '../words.ts';
import { DataTable, Name } from './parts.tsx';

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
          {countsInWords(counts.skipped_rows, MAX_REASONS)}.
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

const MAX_FAMILIES = 60;

type RuleCounts = CounterfactualResult['summary']['per_family'];

/** From listed captures to rows, by family. */
export function RuleAccount({ counts }: { readonly counts: RuleCounts }) {
  return (
    <>
      <h3>From captures to rows</h3>
      <p class="note">
        Listed = not read + duplicates + dropped + used. A used capture gives one row or more.
      </p>
      <DataTable
        caption="From captures to rows, by family"
        rows={Object.entries(counts).slice(0, MAX_FAMILIES)}
        columns={[
          ['Family', ([family]) => <Name text={family} max={60} />],
          ['Listed', ([, { listed }]) => count(listed), 'num'],
          ['Not read', ([, { listed, loaded }]) => count(listed - loaded), 'num'],
          ['Duplicates', ([, { deduplicated }]) => count(deduplicated), 'num'],
          ['Dropped', ([, { dropped }]) => count(total(dropped)), 'num'],
          ['Used', ([, family]) => count(usedOf(family)), 'num'],
          ['Rows', ([, { rows }]) => count(rows), 'num'],
          ['Dropped, by reason', ([, { dropped }]) => <Reasons counts={dropped} />],
        ]}
      />
    </>
  );
}

/** From listed captures to scored ones: by family, then by target model. */
export function ReplayAccount({ summaries }: { readonly summaries: readonly Summary[] }) {
  const [first] = summaries;
  if (!first) return null;
  return (
    <>
      <h3>From captures to scores</h3>
      <p class="note">
        Candidates = scored + left out on purpose + failed or not an answer + not reached for the budget. What
        was beyond the cap is not among them.
      </p>
      <DataTable
        caption="From candidates to scores, by model"
        rows={summaries}
        columns={[
          ['Model', ({ target_model }) => <Name text={target_model} max={60} />],
          ['Candidates', ({ n_artifacts_candidate }) => count(n_artifacts_candidate), 'num'],
          ['Scored', (summary) => count(scoredOf(summary)), 'num'],
          ['Left out', ({ replay_skips }) => count(total(replay_skips)), 'num'],
          ['Failed, no answer', ({ replay_failures }) => count(replay_failures.length), 'num'],
          ['Not reached', ({ n_artifacts_skipped_for_budget: n }) => count(n), 'num'],
          ['Beyond the cap', ({ n_artifacts_over_cap }) => count(n_artifacts_over_cap), 'num'],
        ]}
      />
      <details class="print">
        <summary>Captures to be replayed, by family</summary>
        <DataTable
          caption="Captures to be replayed, by family"
          rows={Object.entries(first.per_family).slice(0, MAX_FAMILIES)}
          columns={[
            ['Family', ([family]) => <Name text={family} max={60} />],
            ['Listed', ([, { listed }]) => count(listed), 'num'],
            ['Read', ([, { loaded }]) => count(loaded), 'num'],
            ['Duplicates', ([, { deduplicated }]) => count(deduplicated), 'num'],
            ['Left out', ([, { skipped }]) => count(total(skipped)), 'num'],
            ['To replay', ([, { replayable }]) => count(replayable), 'num'],
            ['Left out, by reason', ([, { skipped }]) => <Reasons counts={skipped} />],
          ]}
        />
      </details>
    </>
  );
}

function Reasons({ counts }: { readonly counts: Counts }) {
  return <span class="small">{countsInWords(counts) || '–'}</span>;
}

/** Replayed are those with an answer, be it none that fits. */
function scoredOf({ n_artifacts_replayed: replayed, replay_failures }: Summary): number {
  return replayed - replay_failures.filter(({ kind }) => kind === 'model').length;
}
