import { ACTIONS, type Action, type AgentAdvice } from '../results/advice.ts';
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

/** What to do about each agent, in the words of the report. */
export function adviceLines(advice: readonly AgentAdvice[], page: Page): string[] {
  const width = Math.max(...advice.map(({ agent }) => agent.length)) + 2;
  return advice.flatMap(({ agent, action, reason }) =>
    labelled(agent, `${ACTIONS[action]}. ${reason}`, page, STYLES[action], width),
  );
}
