import { ACTIONS, type Action, type AgentAdvice } from '../results/advice.ts';
import { usd } from '../shared/numbers.ts';
import type { Style } from './colours.ts';
import type { Page } from './page.ts';
import { labelled } from './paragraph.ts';

const STYLES: Readonly<Record<Action, Style>> = {
  replace: 'good',
  switch: 'good',
  keep: 'strong',
  wait: 'unsure',
  stale: 'unsure',
  do_not_act: 'bad',
  not_measured: 'faint',
};

/** What to do about each agent, in the words of the report, and what it costs now. */
export function adviceLines(advice: readonly AgentAdvice[], page: Page): string[] {
  const width = Math.max(...advice.map(({ agent }) => agent.length)) + 2;
  return advice.flatMap(({ agent, action, reason, cost_per_month_usd: cost }) => {
    const costs = cost === null ? '' : ` It costs ${usd(cost)} a month.`;
    return labelled(agent, `${ACTIONS[action]}. ${reason}${costs}`, page, STYLES[action], width);
  });
}
