import { COMMAND } from '../../settings/command-line.ts';
import { count, counted } from '../../shared/numbers.ts';
import { type Counts, sortedCounts, sumOf, total } from '../../shared/tally.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import type { ReportData } from '../data.ts';
import { countsInWords, meaningOf, namesInWords, ownValue, shortModel } from '../words.ts';
import { DataTable, Name } from './parts.tsx';

const MAX_LISTED = 24;

/** What was not measured, and why. */
export function NotMeasured({ data }: { readonly data: ReportData }) {
  const { counterfactual, concordance, agents } = data;
  const unfitted = agents.flatMap(({ id, analysis, notFitted }) =>
    counterfactual && !analysis ? [[id, notFitted] as const] : [],
  );
  const thin = agents.flatMap(({ id, targets }) =>
    targets.flatMap(({ model, found, notMeasured }) =>
      found ? [] : [[`${id}, ${shortModel(model)}`, notMeasured] as const],
    ),
  );
  const unreadable = data.unreadable.map(({ key, error }) => [key, error] as const);
  const budget = data.summaries.filter((summary) => summary.budget_stopped);
  const notListed = (counterfactual ?? concordance)?.summary.not_listed;
  const unknown = counterfactual?.summary.agents_unsupported ?? [];
  return (
    <section class="not-measured">
      <h3>What was not measured, and why</h3>
      <ul>
        {!counterfactual && <NoResult job="counterfactual" what="No rule was fitted" data={data} />}
        {!concordance && <NoResult job="concordance" what="No prompt was replayed" data={data} />}
        <Items one="agent" what="without a rule" items={unfitted} />
        <Items one="pair" what="of agent and model without a verdict on agreement" items={thin} />
        {budget.map((summary) => (
          <li>
            <strong>The budget stopped {truncate(shortModel(summary.target_model), 40)}:</strong>{' '}
            {counted(summary.n_artifacts_skipped_for_budget, 'capture')} not replayed.
          </li>
        ))}
        {unknown.length > 0 && (
          <li>
            <strong>{counted(unknown.length, 'agent')} in the corpus that this version does not know:</strong>{' '}
            {namesInWords(unknown, MAX_LISTED)}
            {notListed && ` (${counted(notListed.unknown.count, 'key')})`}.
          </li>
        )}
        <Omitted why="Not asked for (--agents)" counts={notListed?.not_requested} />
        <Omitted why="Beyond the cap for each agent" counts={notListed?.capped} />
        {notListed && notListed.ignored_keys.count > 0 && (
          <li>
            <strong>{counted(notListed.ignored_keys.count, 'key')} that are no artifacts</strong> were passed
            over.
          </li>
        )}
        <Items one="file" what="of the run that could not be read" items={unreadable} />
      </ul>
      <LeftOut data={data} />
    </section>
  );
}

interface ItemsProps {
  /** What each of them is. */
  readonly one: string;
  readonly what: string;
  readonly items: readonly (readonly [name: string, why: string | null])[];
}

function Items({ one, what, items }: ItemsProps) {
  if (items.length === 0) return null;
  return (
    <li>
      <strong>
        {counted(items.length, one)} {what}
      </strong>
      <ul>
        {items.slice(0, MAX_LISTED).map(([name, why]) => (
          <li>
            <Name text={name} />: {truncateWithCount(why ?? 'no reason is given', 200)}
          </li>
        ))}
        {items.length > MAX_LISTED && <li>and {items.length - MAX_LISTED} more</li>}
      </ul>
    </li>
  );
}

function Omitted({ why, counts = {} }: { why: string; counts: Counts | undefined }) {
  if (total(counts) === 0) return null;
  return (
    <li>
      <strong>{why}:</strong> {countsInWords(counts)}.
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
