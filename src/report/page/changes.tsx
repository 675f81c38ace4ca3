import { sort } from 'd3-array';
import { ACTIONS } from '../../results/advice.ts';
import { isNumber, percentFine } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import type { AgentData, HistoryPoint, ReportData, ShownAgent } from '../data.ts';
import { shortModel } from '../words.ts';
import { Name } from './parts.tsx';

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
