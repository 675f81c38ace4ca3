import { count } from '../../shared/numbers.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import type { ReportData } from '../data.ts';
import { meaningOf, shortModel } from '../words.ts';
import { DataTable } from './data-table.tsx';
import { Name } from './name.tsx';
import { ObjectLink } from './object-link.tsx';

const MAX_SAMPLES = 3;
const MAX_KINDS = 40;

interface Failed {
  readonly where: string;
  readonly kind: string;
  readonly reason: string;
  readonly samples: { readonly key: string; readonly error: string }[];
  count: number;
}

/** What failed, by reason, with a few samples of each. */
export function Failures({ data }: { readonly data: ReportData }) {
  const { counterfactual, concordance, corpus } = data;
  const failed = failuresOf(data);
  const fits = counterfactual?.summary.fit_failures ?? [];
  const unwritten =
    (counterfactual?.summary.write_failures.count ?? 0) + (concordance?.summary.write_failures.count ?? 0);
  return (
    <>
      <h3>What failed</h3>
      <p>
        Rules not fitted: {count(fits.length)}. Files not written: {count(unwritten)}.{' '}
        {failed.length === 0 && 'No capture failed to be read or replayed.'}
      </p>
      {fits.length > 0 && (
        <ul class="plain">
          {fits.slice(0, MAX_KINDS).map(({ agent_id_base: id, error }) => (
            <li>
              <Name text={id} max={60} />: {truncateWithCount(error, 300)}
            </li>
          ))}
        </ul>
      )}
      {failed.length > 0 && <FailureTable failed={failed} corpus={corpus} />}
    </>
  );
}

function FailureTable({ failed, corpus }: { readonly failed: readonly Failed[]; readonly corpus: string }) {
  return (
    <>
      <DataTable
        caption="Captures that failed, by reason"
        rows={failed.slice(0, MAX_KINDS)}
        columns={[
          ['Where', ({ where }) => <Name text={where} max={60} />],
          ['Kind', ({ kind }) => truncate(kind, 40)],
          [
            'Reason',
            ({ reason }) => (
              <>
                <Name text={reason} max={80} />
                <span class="sub">{meaningOf(reason)}</span>
              </>
            ),
          ],
          ['Number', ({ count: n }) => count(n), 'num'],
          [
            'Samples',
            ({ samples }) =>
              samples.map(({ key, error }) => (
                <span class="sub">
                  <ObjectLink store={corpus} objectKey={key} /> {truncateWithCount(error, 120)}
                </span>
              )),
          ],
        ]}
      />
      {failed.length > MAX_KINDS && (
        <p class="note">{failed.length - MAX_KINDS} more reasons are in the files.</p>
      )}
    </>
  );
}

function failuresOf({ counterfactual, summaries }: ReportData): readonly Failed[] {
  const byReason = new Map<string, Failed>();
  const add = (of: Pick<Failed, 'where' | 'kind' | 'reason'>, key: string, error: string) => {
    const id = JSON.stringify([of.where, of.kind, of.reason]);
    const failed = byReason.get(id) ?? { ...of, samples: [], count: 0 };
    failed.count++;
    if (failed.samples.length < MAX_SAMPLES) failed.samples.push({ key, error });
    byReason.set(id, failed);
  };
  for (const { key, error } of counterfactual?.lists.load_failures ?? []) {
    add({ where: 'rules', kind: 'load', reason: 'load_failed' }, key, error);
  }
  for (const { target_model, replay_failures } of summaries) {
    for (const { kind, reason, artifact_key, error } of replay_failures) {
      add({ where: shortModel(target_model), kind, reason }, artifact_key, error);
    }
  }
  return [...byReason.values()];
}
