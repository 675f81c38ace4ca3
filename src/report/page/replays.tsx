import type { ComponentChildren } from 'preact';
import type { ConcordanceResult } from '../../results/concordance-run.ts';
import type { AgentAgreement } from '../../results/summary.ts';
import {
  between,
  count,
  counted,
  decimal,
  duration,
  percentFine,
  points,
  usd,
  withInterval,
} from '../../shared/numbers.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import { Whiskers } from '../charts/whiskers.tsx';
import type { AgentData, TargetData } from '../data.ts';
import { modelVerdict, runsNeeded } from '../verdict-words.ts';
import { countsInWords, shortModel } from '../words.ts';
import { DisagreementCard } from './disagreement.tsx';
import { Term } from './glossary.tsx';
import { DataTable, Figure, Name } from './parts.tsx';

/** Disagreements shown of each agent and target. */
const MAX_SHOWN = 3;
const MAX_DIAGNOSTICS = 8;

interface Props {
  readonly agent: AgentData;
  readonly concordance: ConcordanceResult | null;
  readonly corpus: string;
}

/** Would a cheaper model have decided the same? */
export function ReplaySection({ agent, concordance, corpus }: Props) {
  const { targets } = agent;
  const measured = targets.filter(({ found }) => found !== null);
  return (
    <section>
      <h3>Would a cheaper model have decided the same?</h3>
      {measured.length === 0 ? (
        <Unmeasured targets={targets} hasRun={concordance !== null} />
      ) : (
        <>
          <AgreementWhiskers measured={measured} />
          <ReplayTable id={agent.id} targets={targets} />
          <Differences id={agent.id} concordance={concordance} />
          {targets.map((target) => (
            <Worst target={target} corpus={corpus} />
          ))}
        </>
      )}
    </section>
  );
}

function Unmeasured({ targets, hasRun }: { targets: readonly TargetData[]; hasRun: boolean }) {
  if (targets.length > 0) {
    return (
      <ul class="plain verdict">
        {targets.map(({ model, notMeasured }) => (
          <li>
            {truncate(shortModel(model), 40)} was not measured:{' '}
            {truncateWithCount(notMeasured ?? 'no reason is given', 300)}.
          </li>
        ))}
      </ul>
    );
  }
  return (
    <p class="verdict">
      Not measured:{' '}
      {hasRun ? 'none of its prompts was replayed' : 'the concordance job left no result under this run key'}.
    </p>
  );
}

function AgreementWhiskers({ measured }: { readonly measured: readonly TargetData[] }) {
  const best = measured.reduce((a, b) => ((b.found?.mean ?? 0) > (a.found?.mean ?? 0) ? b : a));
  const finding = `${truncate(shortModel(best.model), 40)} agrees most: ${withInterval(best.found?.mean, best.found?.interval)}.`;
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
          band: ceiling,
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
      rows={targets}
      columns={[
        ['Model', ({ model }) => <Name text={shortModel(model)} max={60} />],
        ['Would it decide the same?', verdictOf],
        [
          'Agreement',
          ofFound((found) => (
            <>
              {percentFine(found.mean)}
              <span class="sub">{between(found.interval)}</span>
              {found.interval_after_stop && <span class="sub">after a stop</span>}
            </>
          )),
          'num',
        ],
        ['Captures (runs)', ofFound(({ n, runs }) => `${count(n)} (${count(runs)})`), 'num'],
        [
          <>
            Relative to <Term of="ceiling">ceiling</Term>
          </>,
          ofFound(({ relative_to_ceiling: relative }) => (
            <>
              {decimal(relative?.ratio)}
              {relative && (
                <span class="sub">
                  {decimal(relative.low)} to {decimal(relative.high)}
                </span>
              )}
            </>
          )),
          'num',
        ],
        ['Not an answer', ofFound(({ invalid_answers }) => countsInWords(invalid_answers) || 'none')],
        ['Latency', ofFound(({ latency_ms_p50: ms }) => duration(ms === null ? null : ms / 1000)), 'num'],
        [
          'A decision, now → then',
          ofFound(({ cost_per_decision: cost }) =>
            cost ? (
              <>
                {usd(cost.original?.usd)} → {usd(cost.target?.usd)}
                <span class="sub">{count(cost.decisions_per_month)} a month</span>
              </>
            ) : (
              '–'
            ),
          ),
          'num',
        ],
        ['Saving a month', ofFound(({ cost_per_decision: cost }) => usd(cost?.saving_per_month_usd)), 'num'],
      ]}
    />
  );
}

/** A cell of what was measured, a dash where nothing was. */
function ofFound(cell: (found: AgentAgreement) => ComponentChildren) {
  return ({ found }: TargetData) => (found ? cell(found) : '–');
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
