import { ACTIONS } from '../results/advice.ts';
import { isNumber, percentFine } from '../shared/numbers.ts';
import type { AgentData, HistoryPoint, ReportData } from './data.ts';
import { shortModel } from './words.ts';

/** A share that moved by less is not told. */
const TOLD = 0.01;

/** What is another about an agent than in the run before. */
export interface Change {
  readonly agent: string;
  /** `wait → switch; match on unseen runs 97.5% → 96.1%`. */
  readonly text: string;
  /** The greatest loss of a share; 0 without one. */
  readonly worst: number;
}

/** The changes since the newest run whose window ended on an earlier day, what got worse first. */
export function changesOf({
  agents,
  before,
  runId,
}: Pick<ReportData, 'agents' | 'before' | 'runId'>): Change[] {
  if (!before) return [];
  const changes = agents.flatMap((agent): Change[] => {
    const earlier = before.agents.find((one) => one.agent === agent.id)?.action;
    const now = agent.advice.action;
    const action = earlier === undefined || earlier === now ? [] : [`${ACTIONS[earlier]} → ${ACTIONS[now]}`];
    const moves = movesOf(agent, runId, before.window_end);
    if (action.length + moves.length === 0) return [];
    const text = [...action, ...moves.map(({ words }) => words)].join('; ');
    return [{ agent: agent.id, text, worst: Math.min(0, ...moves.map(({ by }) => by)) }];
  });
  return changes.toSorted((one, other) => one.worst - other.worst);
}

/** Of shares that this run measured, and a run whose window ended by the day of the advice before. */
function movesOf({ history }: AgentData, runId: string, lastDay: string): { words: string; by: number }[] {
  const isBefore = (point: HistoryPoint) => point.runId.slice(0, 6) <= lastDay.slice(2).replaceAll('-', '');
  const courses = [
    { name: 'match on unseen runs', points: history.unseen },
    ...history.agreement.map(({ model, points }) => ({ name: `agreement of ${shortModel(model)}`, points })),
  ];
  return courses.flatMap(({ name, points }: { name: string; points: readonly HistoryPoint[] }) => {
    const from = points.findLast(isBefore);
    const to = points.find((point) => point.runId === runId);
    if (!from || !to || !isNumber(from.value) || !isNumber(to.value)) return [];
    const by = to.value - from.value;
    if (Math.abs(by) < TOLD) return [];
    return [{ words: `${name} ${percentFine(from.value)} → ${percentFine(to.value)}`, by }];
  });
}
