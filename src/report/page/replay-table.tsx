import type { ComponentChildren } from 'preact';
import type { AgentAgreement } from '../../results/summary.ts';
import { between, count, decimal, duration, percentFine, usd } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import type { TargetData } from '../data.ts';
import { modelVerdict, runsNeeded } from '../verdict-words.ts';
import { countsInWords, shortModel } from '../words.ts';
import { DataTable } from './data-table.tsx';
import { Term } from './glossary.tsx';
import { Name } from './name.tsx';

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
          of((found) => (
            <>
              {percentFine(found.mean)}
              <span class="sub">{between(found.interval)}</span>
              {found.interval_after_stop && <span class="sub">after a stop</span>}
            </>
          )),
          'num',
        ],
        ['Captures (runs)', of(({ n, runs }) => `${count(n)} (${count(runs)})`), 'num'],
        [
          <>
            Relative to <Term of="ceiling">ceiling</Term>
          </>,
          of(({ relative_to_ceiling: relative }) => (
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
        ['Not an answer', of(({ invalid_answers }) => countsInWords(invalid_answers) || 'none')],
        ['Latency', of(({ latency_ms_p50: ms }) => duration(ms === null ? null : ms / 1000)), 'num'],
        [
          'A decision, now → then',
          of(({ cost_per_decision: cost }) =>
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
        ['Saving a month', of(({ cost_per_decision: cost }) => usd(cost?.saving_per_month_usd)), 'num'],
      ]}
    />
  );
}

/** A cell of what was measured, a dash where nothing was. */
function of(cell: (found: AgentAgreement) => ComponentChildren) {
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
