import { z } from 'zod';
import * as t from './parts.ts';

/** What to do about an agent, and the words for it, what to act on first before the rest. */
export const ACTIONS = {
  replace: 'Replace by a rule',
  switch: 'Switch model',
  wait: 'Wait',
  keep: 'Keep',
  stale: 'Stale',
  do_not_act: 'Do not act',
  not_measured: 'Not measured',
} as const;
export type Action = keyof typeof ACTIONS;

const action = t.oneOf(
  '`replace`: a rule decides the same; `switch`: a cheaper model does; `keep`: neither does; `wait`: what was measured does not tell yet; `stale`: the input is too old; `do_not_act`: the controls failed; `not_measured`: nothing was',
  Object.keys(ACTIONS) as [Action, ...Action[]],
);
const agentAdvice = z.object({
  agent: t.agentId,
  action,
  reason: t.text('What to do and why, in a sentence'),
  rule: t.nullable(t.oneOf('Rule that the reason names', ['tree', 'exact', 'logistic']), 'without one'),
  target_model: t.nullable(t.text('Model that the reason names'), 'without one'),
  cost_per_month_usd: t.nullable(t.usd('What the captured calls of the agent cost'), 'where it is unknown'),
  decisions_per_month: t.orNull(t.number('Decisions that this is for; null where no cost is known')),
  saving_per_month_usd: t.nullable(
    t.usd('What following the advice saves'),
    'where it is unknown, or nothing is proposed',
  ),
  newest_input_date: t
    .orNull(t.newestInput)
    .describe('Partition of the newest capture, in this run or an earlier one; null where none is known'),
  caveats: t.strings('What speaks against acting on it, a sentence each'),
});
export type AgentAdvice = t.Published<typeof agentAdvice>;

/** The lines of an envelope: without what earlier runs said. */
export const adviceLines = t.list('Advice on each agent, from both jobs', agentAdvice);

/** What to do about each agent, from both jobs of a run. */
export const advice = z.object({
  schema_version: z.literal(1).describe('Version of this form'),
  run_key: t.text('Run that the advice rests on'),
  run_date: t.runDate,
  ...t.window,
  cost_usd: t.orNull(t.usd('What calls to models cost the run; null without any, or without a price')),
  agents: t.list(
    'Advice on each agent',
    agentAdvice.extend({
      previous: t.nullable(
        t.object('Advice of the newest run whose window ended on an earlier day', {
          run_key: t.text('That run'),
          action,
        }),
        'without one',
      ),
    }),
  ),
});
export type AdviceDocument = t.Published<typeof advice>;

export function adviceKey(runKey: string): string {
  return `_replay_runs/${runKey}/advice.json`;
}
