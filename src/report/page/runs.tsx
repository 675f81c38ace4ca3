import { sort } from 'd3-array';
import { ACTIONS, type AdviceDocument } from '../../results/advice.ts';
import { reportKey } from '../../results/keys.ts';
import { count, isNumber, percentFine, usd } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { documentOf } from '../advice.ts';
import type { AgentData, HistoryPoint, PastRun, ReportData, ShownAgent } from '../data.ts';
import { actionCounts, knownSum, shortModel } from '../words.ts';
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

/** What is new to who read the last report. */
export function Changes({ data, agents }: { data: ReportData; agents: readonly ShownAgent[] }) {
  const { before } = data;
  if (!before) return null;
  const changes = changesOf(data);
  const last = `the run ${truncate(before.run_key, 60)}, whose window ended on ${truncate(before.window_end, 20)}`;
  return (
    <section id="changes">
      <h2>Since the last run</h2>
      {changes.length === 0 ? (
        <p>Nothing has changed since {last}.</p>
      ) : (
        <>
          <ul>
            {changes.map(({ agent, text }) => (
              <li>
                <a href={`#${agents.find(({ id }) => id === agent)?.anchor ?? ''}`}>
                  <Name text={agent} max={60} />
                </a>
                : {truncate(text, 300)}
              </li>
            ))}
          </ul>
          <p class="note">Compared with {last}. What got worse stands first.</p>
        </>
      )}
    </section>
  );
}

/** A share that moved by less is not told. */
const TOLD = 0.01;

/** The changes since the newest run whose window ended on an earlier day, what got worse first: of each agent its text,
 * as `wait → switch; match on unseen runs 97.5% → 96.1%`. */
export function changesOf({ agents, before, runId }: Pick<ReportData, 'agents' | 'before' | 'runId'>) {
  if (!before) return [];
  const changes = agents.flatMap((agent) => {
    const earlier = before.agents.find((one) => one.agent === agent.id)?.action;
    const now = agent.advice.action;
    const action = earlier === undefined || earlier === now ? [] : [`${ACTIONS[earlier]} → ${ACTIONS[now]}`];
    const moves = movesOf(agent, runId, before.window_end);
    if (action.length + moves.length === 0) return [];
    const text = [...action, ...moves.map(({ words }) => words)].join('; ');
    // The greatest loss of a share; 0 without one.
    const worst = Math.min(0, ...moves.map(({ by }) => by));
    return [{ agent: agent.id, text, worst }];
  });
  return sort(changes, ({ worst }) => worst);
}

/** Of shares that this run measured, and a run whose window ended by the day of the advice before. */
function movesOf({ history }: AgentData, runId: string, lastDay: string) {
  const isBefore = (point: HistoryPoint) => point.runId.slice(0, 6) <= lastDay.slice(2).replaceAll('-', '');
  const courses = [
    { name: 'match on unseen runs', points: history.unseen },
    ...history.agreement.map(({ model, points }) => ({ name: `agreement of ${shortModel(model)}`, points })),
  ];
  return courses.flatMap(({ name, points }) => {
    const from = points.findLast(isBefore);
    const to = points.find((point) => point.runId === runId);
    if (!from || !to || !isNumber(from.value) || !isNumber(to.value)) return [];
    const by = to.value - from.value;
    if (Math.abs(by) < TOLD) return [];
    return [{ words: `${name} ${percentFine(from.value)} → ${percentFine(to.value)}`, by }];
  });
}
