import { truncate } from '../../shared/truncate.ts';
import type { TargetData } from '../data.ts';
import { between, count, decimal, percentFine, seconds, usd } from '../numbers.ts';
import type { AgentConcordanceFile } from '../summary-file.ts';
import { modelVerdict, runsNeeded } from '../verdict-words.ts';
import { countsInWords, shortModel } from '../words.ts';
import { DataTable } from './data-table.tsx';
import { Name } from './name.tsx';

interface Props {
  readonly id: string;
  readonly targets: readonly TargetData[];
}

/** What was found of each target model. */
export function ReplayTable({ id, targets }: Props) {
  return (
    <DataTable
      caption={`Target models of ${truncate(id, 60)}`}
      columns={[
        { head: 'Model' },
        { head: 'Would it decide the same?' },
        { head: 'Agreement', number: true },
        { head: 'Captures (runs)', number: true },
        { head: 'Relative to ceiling', number: true },
        { head: 'Not an answer' },
        { head: 'Latency', number: true },
        { head: 'A decision, now → then', number: true },
        { head: 'Saving a month', number: true },
      ]}
      rows={targets.map((target) => [
        <Name text={shortModel(target.model)} max={60} />,
        ...(target.found
          ? foundCells(target.found, target.threshold)
          : [
              <>Not measured: {truncate(target.notMeasured ?? 'no reason is given', 300)}</>,
              ...Array(7).fill('–'),
            ]),
      ])}
    />
  );
}

function foundCells(found: AgentConcordanceFile, threshold: number) {
  const { cost_per_decision: cost, relative_to_ceiling: relative, stop } = found;
  return [
    <span class="sentence">
      {modelVerdict(found, threshold)} {runsNeeded(found.verdict, found.runs_needed, found.runs)}
      {stop &&
        stop.saved > 0 &&
        ` Stopped after ${count(stop.used)} captures; ${count(stop.saved)} were not needed.`}
      {found.tool_loop && ' Production let its model call tools; the replay could not.'}
    </span>,
    <>
      {percentFine(found.mean)}
      <span class="sub">{between(found.interval)}</span>
      {found.interval_after_stop && <span class="sub">after a stop</span>}
    </>,
    `${count(found.n)} (${count(found.runs)})`,
    <>
      {decimal(relative?.ratio)}
      {relative && (
        <span class="sub">
          {decimal(relative.low)} to {decimal(relative.high)}
        </span>
      )}
    </>,
    countsInWords(found.invalid_answers) || 'none',
    found.latency_ms_p50 === null ? '–' : seconds(found.latency_ms_p50 / 1000),
    cost ? (
      <>
        {usd(cost.original?.usd)} → {usd(cost.target?.usd)}
        <span class="sub">{count(cost.decisions_per_month)} a month</span>
      </>
    ) : (
      '–'
    ),
    usd(cost?.saving_per_month_usd),
  ];
}
