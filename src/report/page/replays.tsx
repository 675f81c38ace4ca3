import { greatest } from 'd3-array';
import type { ConcordanceResult } from '../../results/concordance-run.ts';
import {
  between,
  count,
  counted,
  decimal,
  duration,
  isNumber,
  percentFine,
  points,
  usd,
  withInterval,
} from '../../shared/numbers.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import { Whiskers } from '../charts/whiskers.tsx';
import type { AgentData, ReportData, TargetData } from '../data.ts';
import { modelVerdict, runsNeeded } from '../verdict-words.ts';
import { countsInWords, shortModel } from '../words.ts';
import { DisagreementCard } from './disagreement.tsx';
import { Term } from './glossary.tsx';
import { DataTable, Figure, Name, withSub } from './parts.tsx';

/** Disagreements shown of each agent and target. */
const MAX_SHOWN = 3;
const MAX_DIAGNOSTICS = 8;

/** Would a cheaper model have decided the same? */
export function ReplaySection({ data, agent }: { data: ReportData; agent: AgentData }) {
  const { id, targets } = agent;
  const { concordance, corpus } = data;
  const measured = targets.filter(({ found }) => found !== null);
  return (
    <section>
      <h3>Would a cheaper model have decided the same?</h3>
      {measured.length > 0 ? (
        <>
          <AgreementWhiskers measured={measured} />
          <ReplayTable id={id} targets={targets} />
          <Differences id={id} concordance={concordance} />
          {targets.map((target) => (
            <Worst target={target} corpus={corpus} />
          ))}
        </>
      ) : (
        whyUnmeasured(targets, concordance !== null).map((why) => <p class="verdict">{why}.</p>)
      )}
    </section>
  );
}

function whyUnmeasured(targets: readonly TargetData[], hasRun: boolean): readonly string[] {
  if (targets.length > 0) {
    return targets.map(({ model, notMeasured }) => {
      const why = truncateWithCount(notMeasured ?? 'no reason is given', 300);
      return `${truncate(shortModel(model), 40)} was not measured: ${why}`;
    });
  }
  const why = hasRun
    ? 'none of its prompts was replayed'
    : 'the concordance job left no result under this run key';
  return [`Not measured: ${why}`];
}

function AgreementWhiskers({ measured }: { readonly measured: readonly TargetData[] }) {
  const { model: best, found } =
    greatest(measured, (target) => target.found?.mean) ?? (measured[0] as TargetData);
  const finding = `${truncate(shortModel(best), 40)} agrees most: ${withInterval(found?.mean, found?.interval)}.`;
  const thresholds = [...new Set(measured.map(({ threshold }) => threshold))];
  const hasCeiling = measured.some(({ ceiling }) => ceiling !== null);
  return (
    <Figure
      title={finding}
      note={`Dot: mean agreement, with its interval as a bar.${hasCeiling ? ' Tick in a dashed box: the ceiling, the agent’s own model asked again.' : ''} The numbers are in the table below.`}
    >
      <Whiskers
        finding={finding}
        rows={measured.map(({ model, found, ceiling }) => ({
          label: shortModel(model),
          value: found?.mean ?? null,
          interval: found?.interval ?? null,
          tick: ceiling?.mean ?? null,
          band: ceiling?.interval,
        }))}
        marks={thresholds.map((share) => ({ share, kind: 'threshold' }))}
      />
    </Figure>
  );
}

function Differences({ id, concordance }: { id: string; concordance: ConcordanceResult | null }) {
  const own = concordance?.lists.paired_differences.filter(({ agent_id_base }) => agent_id_base === id) ?? [];
  if (own.length === 0) return null;
  return (
    <ul class="plain">
      {own.slice(0, 6).map(({ first_model, second_model, n, mean, interval }) => (
        <li>
          On the {counted(n, 'capture')} that both answered, the agreement of{' '}
          {truncate(shortModel(first_model), 40)} less that of {truncate(shortModel(second_model), 40)} is{' '}
          {points(mean)} points
          {interval && ` (${points(interval.low)} to ${points(interval.high)})`}.
        </li>
      ))}
    </ul>
  );
}

function Worst({ target, corpus }: { readonly target: TargetData; readonly corpus: string }) {
  const { worst, found, model } = target;
  if (worst.length === 0) return null;
  const shown = worst.slice(0, MAX_SHOWN);
  const diagnostics = Object.entries(found?.diagnostics ?? {});
  return (
    <details class="print">
      <summary>
        Worst disagreements with {truncate(shortModel(model), 40)}: {shown.length} of the {worst.length}{' '}
        listed
        {found && `, of ${counted(found.n, 'capture')} compared`}
      </summary>
      {diagnostics.length > 0 && (
        <p class="small">
          Means over all captures:{' '}
          {diagnostics
            .slice(0, MAX_DIAGNOSTICS)
            .map(([name, value]) => `${truncate(name, 60)} ${decimal(value)}`)
            .join(', ')}
        </p>
      )}
      {shown.map((disagreement) => (
        <DisagreementCard disagreement={disagreement} corpus={corpus} />
      ))}
    </details>
  );
}

/** What was found of each target model. */
export function ReplayTable({ id, targets }: { id: string; targets: readonly TargetData[] }) {
  return (
    <DataTable
      caption={`Target models of ${truncate(id, 60)}`}
      rows={targets.map((target) => ({ ...target, ...target.found }))}
      columns={[
        ['Model', ({ model }) => <Name text={shortModel(model)} max={60} />],
        ['Would it decide the same?', verdictOf],
        [
          'Agreement',
          ({ found, mean, interval, interval_after_stop: isStopped }) =>
            withSub(percentFine(mean), found && between(interval), isStopped && 'after a stop'),
          'num',
        ],
        ['Captures (runs)', ({ found, n, runs }) => (found ? `${count(n)} (${count(runs)})` : '–'), 'num'],
        [
          <>
            Relative to <Term of="ceiling">ceiling</Term>
          </>,
          ({ relative_to_ceiling: ratio }) =>
            withSub(decimal(ratio?.ratio), ratio && `${decimal(ratio.low)} to ${decimal(ratio.high)}`),
          'num',
        ],
        ['Not an answer', ({ invalid_answers: all }) => (all ? countsInWords(all) || 'none' : '–')],
        ['Latency', ({ latency_ms_p50: ms }) => duration(isNumber(ms) ? ms / 1000 : null), 'num'],
        [
          'A decision, now → then',
          ({ cost_per_decision: cost }) =>
            cost
              ? withSub(
                  `${usd(cost.original?.usd)} → ${usd(cost.target?.usd)}`,
                  `${count(cost.decisions_per_month)} a month`,
                )
              : '–',
          'num',
        ],
        ['Saving a month', ({ cost_per_decision: cost }) => usd(cost?.saving_per_month_usd), 'num'],
      ]}
    />
  );
}

function verdictOf({ found, threshold, notMeasured }: TargetData) {
  if (!found) return <>Not measured: {truncate(notMeasured ?? 'no reason is given', 300)}</>;
  const { stop } = found;
  return (
    <span class="sentence">
      {modelVerdict(found, threshold)} {runsNeeded(found.verdict, found.runs_needed, found.runs)}
      {stop &&
        stop.saved > 0 &&
        ` Stopped after ${count(stop.used)} captures; ${count(stop.saved)} were not needed.`}
      {found.tool_loop && ' Production let its model call tools; the replay could not.'}
    </span>
  );
}
