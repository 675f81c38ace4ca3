import { analysisKey } from '../../results/analysis.ts';
import type { ConcordanceResult, ConcordanceSummary } from '../../results/concordance-run.ts';
import type { CounterfactualResult } from '../../results/counterfactual-run.ts';
import { resultKey } from '../../results/envelope.ts';
import { summaryKey } from '../../results/summary.ts';
import { count, counted, duration, usd } from '../../shared/numbers.ts';
import { sortedCounts, sumOf } from '../../shared/tally.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import type { ReportData } from '../data.ts';
import { inWords, meaningOf, shortModel } from '../words.ts';
import { ReplayAccount, RuleAccount } from './accounts.tsx';
import { DataTable, Name, ObjectLink, withSub } from './parts.tsx';

const MAX_SETTINGS = 80;

/** How the run was made, what it cost, what failed, and where every number can be checked. */
export function RunSection({ data }: { readonly data: ReportData }) {
  const { counterfactual, concordance } = data;
  const results = Object.entries({ counterfactual, concordance });
  return (
    <section id="run">
      <h2>The run</h2>
      <p class="measure">
        Captures of {truncateWithCount(data.windowStart, 20)} to {truncateWithCount(data.windowEnd, 20)}, from{' '}
        <Name text={data.corpus} max={160} />.
      </p>
      {counterfactual && <RuleAccount counts={counterfactual.summary.per_family} />}
      <ReplayAccount summaries={data.summaries} />
      {concordance && (
        <>
          <h3>What it cost</h3>
          <DataTable
            caption="Cost of the replays"
            rows={paidFor(data.summaries, concordance.summary)}
            columns={[
              ['Calls to', ({ name }) => <Name text={name} max={60} />],
              ['USD', ({ cost }) => usd(cost.usd), 'num'],
              ['Tokens in', ({ cost }) => count(cost.input_tokens), 'num'],
              ['Tokens out', ({ cost }) => count(cost.output_tokens), 'num'],
              ['Answers kept from before', ({ cache }) => count(cache.hits), 'num'],
              ['Asked anew', ({ cache }) => count(cache.misses), 'num'],
            ]}
          />
        </>
      )}
      <Failures data={data} />
      <h3>Metrics</h3>
      {results.map(([job, result]) => (
        <p>
          {job}: {result?.summary.metrics ? metricsInWords(result.summary.metrics) : 'none.'}
        </p>
      ))}
      <h3>How it was made</h3>
      {results.map(([job, result]) => result && <Provenance job={job} result={result} />)}
      <h3>Files</h3>
      <ul class="files">
        {keysOf(data).map((key) => (
          <li>
            <ObjectLink store={data.out} objectKey={key} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What was asked of each target, of the agents' own models, and all of it. */
function paidFor(summaries: ReportData['summaries'], all: ConcordanceSummary) {
  const { noise_ceiling: ceiling } = all;
  return [
    ...summaries.map((summary) => ({ name: summary.target_model, ...summary })),
    ...(ceiling ? [{ name: 'Their own models: the noise ceiling', ...ceiling }] : []),
    { name: 'All of this run', ...all },
  ];
}

function metricsInWords(metrics: NonNullable<CounterfactualResult['summary']['metrics']>): string {
  const reasons = sumOf(metrics.skipped.map(({ reason }) => ({ [reason]: 1 })));
  const held = sortedCounts(reasons).map(
    ([reason, n]) => `${truncate(inWords(reason), 80)} (${counted(n, 'agent')})`,
  );
  const failed = metrics.error === undefined ? '' : ` Failed: ${truncateWithCount(metrics.error, 300)}`;
  const back = held.length > 0 ? `held back: ${held.slice(0, 8).join(', ')}` : 'none held back';
  return `${counted(metrics.emitted, 'datapoint')} emitted; ${back}.${failed}`;
}

function Provenance({ job, result }: { job: string; result: CounterfactualResult | ConcordanceResult }) {
  if (!result.making) return <p>The result of {job} does not say with which settings it was made.</p>;
  const { settings, versions, steps } = result.making;
  const said = [...Object.entries(settings), ...Object.entries(versions)];
  return (
    <details class="print">
      <summary>
        {job}: {duration(result.duration_seconds)}, {counted(steps.length, 'step')}, settings and versions
      </summary>
      <DataTable
        caption={`Steps of ${job}`}
        rows={steps}
        columns={[
          ['Step', ({ step }) => <Name text={step} max={80} />],
          ['Items', ({ items }) => count(items), 'num'],
          ['Duration', (step) => duration(step.seconds), 'num'],
        ]}
      />
      <DataTable
        caption={`Settings and versions of ${job}`}
        rows={said.slice(0, MAX_SETTINGS)}
        columns={[
          ['Setting or version', ([key]) => <Name text={key} max={80} />],
          ['Value', ([, value]) => <Name text={inText(value)} max={300} />],
        ]}
      />
    </details>
  );
}

function inText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.slice(0, 50).map(inText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const MAX_SAMPLES = 3;
const MAX_KINDS = 40;

/** What failed, by reason, with a few samples of each. */
function Failures({ data }: { readonly data: ReportData }) {
  const { counterfactual, concordance } = data;
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
      {failed.length > 0 && (
        <DataTable
          caption="Captures that failed, by reason"
          rows={failed.slice(0, MAX_KINDS)}
          columns={[
            ['Where', ([{ where }]) => <Name text={where} max={60} />],
            ['Kind', ([{ kind }]) => truncate(kind, 40)],
            ['Reason', ([{ reason }]) => withSub(<Name text={reason} max={80} />, meaningOf(reason))],
            ['Number', (alike) => count(alike.length), 'num'],
            [
              'Samples',
              (alike) =>
                alike.slice(0, MAX_SAMPLES).map(({ key, error }) => (
                  <span class="sub">
                    <ObjectLink store={data.corpus} objectKey={key} /> {truncateWithCount(error, 120)}
                  </span>
                )),
            ],
          ]}
        />
      )}
      {failed.length > MAX_KINDS && (
        <p class="note">{failed.length - MAX_KINDS} more reasons are in the files.</p>
      )}
    </>
  );
}

/** Captures that failed at the same for the same reason, together. */
function failuresOf({ counterfactual, summaries }: ReportData) {
  const loads = counterfactual?.lists.load_failures ?? [];
  const all = [
    ...loads.map((failure) => ({ where: 'rules', kind: 'load', reason: 'load_failed', ...failure })),
    ...summaries.flatMap(({ target_model, replay_failures }) =>
      replay_failures.map(({ artifact_key: key, ...failure }) => ({
        where: shortModel(target_model),
        key,
        ...failure,
      })),
    ),
  ];
  const alike = Map.groupBy(all, ({ where, kind, reason }) => JSON.stringify([where, kind, reason]));
  return [...alike.values()] as [(typeof all)[number], ...typeof all][];
}

/** The files that every number comes from. */
function keysOf(data: ReportData): readonly string[] {
  const { runKey, counterfactual, concordance, summaries, agents, controls } = data;
  return [
    ...(counterfactual ? [resultKey(runKey, 'counterfactual')] : []),
    ...(concordance ? [resultKey(runKey, 'concordance')] : []),
    ...summaries.map(({ run_id, target_model }) => summaryKey(run_id, target_model)),
    ...[...agents, ...controls].flatMap(({ id, analysis }) =>
      analysis ? [analysisKey(analysis.kind, id, analysis.run_id)] : [],
    ),
  ];
}
