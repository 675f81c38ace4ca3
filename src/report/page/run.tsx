import { analysisKey } from '../../results/analysis.ts';
import type { CounterfactualResult } from '../../results/counterfactual-run.ts';
import { resultKey } from '../../results/envelope.ts';
import { summaryKey } from '../../results/summary.ts';
import { count, counted, duration, usd } from '../../shared/numbers.ts';
import { sortedCounts, sumOf } from '../../shared/tally.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import type { ReportData } from '../data.ts';
import { inWords, meaningOf, shortModel } from '../words.ts';
import { ReplayAccount, RuleAccount } from './accounts.tsx';
import { DataTable, Name, ObjectLink } from './parts.tsx';

const MAX_SETTINGS = 80;

/** How the run was made, what it cost, what failed, and where every number can be checked. */
export function RunSection({ data }: { readonly data: ReportData }) {
  const { counterfactual, concordance } = data;
  return (
    <section id="run">
      <h2>The run</h2>
      <p class="measure">
        Captures of {truncateWithCount(data.windowStart, 20)} to {truncateWithCount(data.windowEnd, 20)}, from{' '}
        <Name text={data.corpus} max={160} />.
      </p>
      {counterfactual && <RuleAccount counts={counterfactual.summary.per_family} />}
      <ReplayAccount summaries={data.summaries} />
      {concordance && <Cost data={data} />}
      <Failures data={data} />
      <Metrics data={data} />
      <Provenance data={data} />
      <RunFiles data={data} />
    </section>
  );
}

function Cost({ data }: { readonly data: ReportData }) {
  return (
    <>
      <h3>What it cost</h3>
      <DataTable
        caption="Cost of the replays"
        rows={paidFor(data)}
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
  );
}

/** What was asked of each target, of the agents' own models, and all of it. */
function paidFor({ summaries, concordance }: ReportData) {
  const targets = summaries.map(({ target_model: name, cost, cache }) => ({ name, cost, cache }));
  const { noise_ceiling: ceiling, ...all } = concordance?.summary ?? {};
  const others = [
    { name: 'Their own models: the noise ceiling', ...ceiling },
    { name: 'All of this run', ...all },
  ];
  return [
    ...targets,
    ...others.flatMap(({ name, cost, cache }) => (cost && cache ? [{ name, cost, cache }] : [])),
  ];
}

function resultsOf({ counterfactual, concordance }: ReportData) {
  return [
    { job: 'counterfactual', result: counterfactual },
    { job: 'concordance', result: concordance },
  ];
}

function Metrics({ data }: { readonly data: ReportData }) {
  return (
    <>
      <h3>Metrics</h3>
      {resultsOf(data).map(({ job, result }) => (
        <p>
          {job}: {result?.summary.metrics ? metricsInWords(result.summary.metrics) : 'none.'}
        </p>
      ))}
    </>
  );
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

function Provenance({ data }: { readonly data: ReportData }) {
  return (
    <>
      <h3>How it was made</h3>
      {resultsOf(data).map(({ job, result }) => {
        if (!result) return null;
        if (!result.making) return <p>The result of {job} does not say with which settings it was made.</p>;
        const { settings, versions, steps } = result.making;
        const said = [...Object.entries(settings), ...Object.entries(versions)];
        return (
          <details class="print">
            <summary>
              {job}: {duration(result.duration_seconds)}, {counted(steps.length, 'step')}, settings and
              versions
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
      })}
    </>
  );
}

function inText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.slice(0, 50).map(inText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

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
function Failures({ data }: { readonly data: ReportData }) {
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

/** The files that every number comes from. */
function RunFiles({ data }: { readonly data: ReportData }) {
  return (
    <>
      <h3>Files</h3>
      <ul class="files">
        {keysOf(data).map((key) => (
          <li>
            <ObjectLink store={data.out} objectKey={key} />
          </li>
        ))}
      </ul>
    </>
  );
}

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
