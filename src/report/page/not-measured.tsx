import type { ComponentChildren } from 'preact';
import { COMMAND } from '../../settings/command-line.ts';
import { count, counted } from '../../shared/numbers.ts';
import { sortedCounts, sumOf, total } from '../../shared/tally.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import type { ReportData } from '../data.ts';
import { countsInWords, meaningOf, ownValue, shortModel } from '../words.ts';
import { DataTable, Name } from './parts.tsx';

const MAX_LISTED = 24;

/** What was not measured, and why. */
export function NotMeasured({ data }: { readonly data: ReportData }) {
  const { counterfactual, concordance, agents, unreadable } = data;
  const unfitted = agents.filter(({ analysis }) => analysis === null);
  const thin = agents.flatMap(({ id, targets }) =>
    targets.flatMap(({ model, found, notMeasured }) => (found ? [] : [{ id, model, notMeasured }])),
  );
  const budget = data.summaries.filter((summary) => summary.budget_stopped);
  const notListed = (counterfactual ?? concordance)?.summary.not_listed;
  const unknown = counterfactual?.summary.agents_unsupported ?? [];
  return (
    <section class="not-measured">
      <h3>What was not measured, and why</h3>
      <ul>
        {!counterfactual && <NoResult job="counterfactual" what="No rule was fitted" data={data} />}
        {!concordance && <NoResult job="concordance" what="No prompt was replayed" data={data} />}
        {counterfactual && unfitted.length > 0 && (
          <Item title={`${counted(unfitted.length, 'agent')} without a rule`}>
            {unfitted.slice(0, MAX_LISTED).map(({ id, notFitted }) => (
              <li>
                <Name text={id} max={60} />: {truncateWithCount(notFitted ?? 'no reason is given', 200)}
              </li>
            ))}
          </Item>
        )}
        {thin.length > 0 && (
          <Item title={`${counted(thin.length, 'pair')} of agent and model without a verdict on agreement`}>
            {thin.slice(0, MAX_LISTED).map(({ id, model, notMeasured }) => (
              <li>
                <Name text={id} max={60} />, {truncate(shortModel(model), 40)}:{' '}
                {truncateWithCount(notMeasured ?? 'no reason is given', 200)}
              </li>
            ))}
            {thin.length > MAX_LISTED && (
              <li>and {thin.length - MAX_LISTED} more, in the agents’ sections</li>
            )}
          </Item>
        )}
        {budget.map((summary) => (
          <li>
            <strong>The budget stopped {truncate(shortModel(summary.target_model), 40)}:</strong>{' '}
            {counted(summary.n_artifacts_skipped_for_budget, 'capture')} not replayed.
          </li>
        ))}
        {unknown.length > 0 && (
          <li>
            <strong>{counted(unknown.length, 'agent')} in the corpus that this version does not know:</strong>{' '}
            {unknown
              .slice(0, MAX_LISTED)
              .map((id) => truncate(id, 60))
              .join(', ')}
            {unknown.length > MAX_LISTED && ` and ${unknown.length - MAX_LISTED} more`}
            {notListed && ` (${counted(notListed.unknown.count, 'key')})`}.
          </li>
        )}
        {notListed && <NotListed notListed={notListed} />}
        {unreadable.length > 0 && (
          <Item title={`${counted(unreadable.length, 'file')} of the run that could not be read`}>
            {unreadable.slice(0, MAX_LISTED).map(({ key, error }) => (
              <li>
                <Name text={key} />: {truncateWithCount(error, 200)}
              </li>
            ))}
          </Item>
        )}
      </ul>
      <LeftOut data={data} />
    </section>
  );
}

function Item({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <li>
      <strong>{title}</strong>
      <ul>{children}</ul>
    </li>
  );
}

function NoResult({ job, what, data }: { job: string; what: string; data: ReportData }) {
  const end = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(data.runId);
  const time = end ? `20${end[1]}-${end[2]}-${end[3]}T${end[4]}:${end[5]}:00Z` : 'TIME';
  return (
    <li>
      <strong>
        {what}: {job} left no result under this run key.
      </strong>{' '}
      This fills it:{' '}
      <code>
        {COMMAND} {job} --run-key {truncateWithCount(data.runKey, 80)} --end-time-iso {time} --corpus{' '}
        {truncateWithCount(data.corpus, 120)} --out {truncateWithCount(data.out, 120)}
      </code>
    </li>
  );
}

type NotListedCounts = NonNullable<ReportData['counterfactual']>['summary']['not_listed'];

function NotListed({ notListed }: { readonly notListed: NotListedCounts }) {
  const { not_requested, capped, ignored_keys } = notListed;
  return (
    <>
      {total(not_requested) > 0 && (
        <li>
          <strong>Not asked for (--agents):</strong> {countsInWords(not_requested)}.
        </li>
      )}
      {total(capped) > 0 && (
        <li>
          <strong>Beyond the cap for each agent:</strong> {countsInWords(capped)}.
        </li>
      )}
      {ignored_keys.count > 0 && (
        <li>
          <strong>{counted(ignored_keys.count, 'key')} that are no artifacts</strong> were passed over.
        </li>
      )}
    </>
  );
}

/** Captures that were left out, by reason, of both jobs. */
function LeftOut({ data }: { readonly data: ReportData }) {
  const dropped = sumOf(
    Object.values(data.counterfactual?.summary.per_family ?? {}).map((family) => family.dropped),
  );
  const skipped = sumOf(data.summaries.slice(0, 1).map(({ replay_skips }) => replay_skips));
  const reasons = sortedCounts(sumOf([dropped, skipped])).map(([reason]) => reason);
  if (reasons.length === 0) return null;
  return (
    <>
      <p>
        <strong>Captures left out, by reason.</strong> {count(total(dropped))} by the rules,{' '}
        {count(total(skipped))} by the replays
        {data.summaries.length > 1 ? `, under ${truncate(data.summaries[0]?.target_model ?? '', 40)}` : ''}.
      </p>
      <DataTable
        caption="Captures left out, by reason"
        rows={reasons.slice(0, MAX_LISTED)}
        columns={[
          ['Reason', (reason) => <Name text={reason} max={80} />],
          ['Rules', (reason) => count(ownValue(dropped, reason)), 'num'],
          ['Replays', (reason) => count(ownValue(skipped, reason)), 'num'],
          ['What it means', (reason) => meaningOf(reason) ?? ''],
        ]}
      />
      {reasons.length > MAX_LISTED && (
        <p class="note">{reasons.length - MAX_LISTED} rarer reasons are left out here.</p>
      )}
    </>
  );
}
