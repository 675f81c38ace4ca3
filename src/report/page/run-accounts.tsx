import { count } from '../numbers.ts';
import type { CounterfactualResult } from '../result-files.ts';
import type { SummaryFile } from '../summary-file.ts';
import { countsInWords, total } from '../words.ts';
import { DataTable } from './data-table.tsx';
import { Name } from './name.tsx';
import { usedOf } from './rows-account.tsx';

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
        columns={[
          { head: 'Family' },
          { head: 'Listed', number: true },
          { head: 'Not read', number: true },
          { head: 'Duplicates', number: true },
          { head: 'Dropped', number: true },
          { head: 'Used', number: true },
          { head: 'Rows', number: true },
          { head: 'Dropped, by reason' },
        ]}
        rows={Object.entries(counts)
          .slice(0, MAX_FAMILIES)
          .map(([family, one]) => [
            <Name text={family} max={60} />,
            count(one.listed),
            count(one.listed - one.loaded),
            count(one.deduplicated),
            count(total(one.dropped)),
            count(usedOf(one)),
            count(one.rows),
            <span class="small">{countsInWords(one.dropped) || '–'}</span>,
          ])}
      />
    </>
  );
}

/** From listed captures to scored ones: by family, then by target model. */
export function ReplayAccount({ summaries }: { readonly summaries: readonly SummaryFile[] }) {
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
        columns={[
          { head: 'Model' },
          { head: 'Candidates', number: true },
          { head: 'Scored', number: true },
          { head: 'Left out', number: true },
          { head: 'Failed, no answer', number: true },
          { head: 'Not reached', number: true },
          { head: 'Beyond the cap', number: true },
        ]}
        rows={summaries.map((summary) => [
          <Name text={summary.target_model} max={60} />,
          count(summary.n_artifacts_candidate),
          count(scoredOf(summary)),
          count(total(summary.replay_skips)),
          count(summary.replay_failures.length),
          count(summary.n_artifacts_skipped_for_budget),
          count(summary.n_artifacts_over_cap),
        ])}
      />
      <details class="print">
        <summary>Captures to be replayed, by family</summary>
        <DataTable
          caption="Captures to be replayed, by family"
          columns={[
            { head: 'Family' },
            { head: 'Listed', number: true },
            { head: 'Read', number: true },
            { head: 'Duplicates', number: true },
            { head: 'Left out', number: true },
            { head: 'To replay', number: true },
            { head: 'Left out, by reason' },
          ]}
          rows={Object.entries(first.per_family)
            .slice(0, MAX_FAMILIES)
            .map(([family, one]) => [
              <Name text={family} max={60} />,
              count(one.listed),
              count(one.loaded),
              count(one.deduplicated),
              count(total(one.skipped)),
              count(one.replayable),
              <span class="small">{countsInWords(one.skipped) || '–'}</span>,
            ])}
        />
      </details>
    </>
  );
}

/** Replayed are those with an answer, be it none that fits. */
function scoredOf({ n_artifacts_replayed: replayed, replay_failures }: SummaryFile): number {
  return replayed - replay_failures.filter(({ kind }) => kind === 'model').length;
}
