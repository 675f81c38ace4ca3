import type { AdviceDocument } from '../../results/advice.ts';
import { reportKey } from '../../results/keys.ts';
import { count, usd } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { documentOf } from '../advice.ts';
import type { PastRun, ReportData } from '../data.ts';
import { actionCounts, knownSum } from '../words.ts';
import { DataTable, Name, ObjectLink } from './parts.tsx';

/** Runs shown, a year of weeks. */
const MAX_RUNS = 52;
/** More are shown when they are asked for. */
const MAX_OPEN = 12;

/** What the runs up to this one came to, newest first. */
export function Runs({ data }: { readonly data: ReportData }) {
  const others = data.runs.filter(({ advice }) => advice.run_key !== data.runKey);
  const runs = [...others, { advice: documentOf(data), hasReport: false }].slice(-MAX_RUNS).reverse();
  return (
    <section id="runs">
      <h2>Runs</h2>
      <details open={runs.length <= MAX_OPEN}>
        <summary>
          {count(runs.length)} of {count(others.length + 1)} runs, with what they advised, newest window first
        </summary>
        <DataTable
          caption="Runs, newest window first"
          rows={runs}
          columns={[
            ['Run', ({ advice }) => <Name text={advice.run_key} max={60} />],
            ['Window end', ({ advice }) => truncate(advice.window_end, 20)],
            ['Advice', ({ advice }) => actionsOf(advice)],
            ['Costs a month', ({ advice }) => total(advice, 'cost_per_month_usd'), 'num'],
            ['Saves a month', ({ advice }) => total(advice, 'saving_per_month_usd'), 'num'],
            ['The run paid', ({ advice }) => usd(advice.cost_usd), 'num'],
            ['Report', (run) => <Report run={run} data={data} />],
          ]}
        />
      </details>
    </section>
  );
}

function Report({ run: { advice, hasReport }, data }: { readonly run: PastRun; readonly data: ReportData }) {
  if (advice.run_key === data.runKey) return <>this one</>;
  if (!hasReport) return <>–</>;
  return <ObjectLink store={data.out} objectKey={reportKey(advice.run_key)} text="report" />;
}

/** `1 replace, 2 wait`. */
function actionsOf({ agents }: AdviceDocument): string {
  return actionCounts(agents)
    .map(({ action, n }) => `${count(n)} ${action.replaceAll('_', ' ')}`)
    .join(', ');
}

/** Over the agents of which it is known. */
function total({ agents }: AdviceDocument, of: 'cost_per_month_usd' | 'saving_per_month_usd'): string {
  return usd(knownSum(agents.map((agent) => agent[of])));
}
