import { z } from 'zod';
import * as t from './parts.ts';

/** What a report says. */
export const reportSummary = z.object({
  ...t.window,
  run_key: t.text('Run that was reported on'),
  jobs: t.list('Jobs that left a result', z.enum(['counterfactual', 'concordance'])),
  agents: t.rows('Advice on each agent', {
    agent_id_base: t.agentId,
    action: t.oneOf('What to do', ['replace', 'switch', 'keep', 'wait', 'unmeasured', 'control']),
    headline: t.text('What to do, in a sentence'),
  }),
  unreadable: t.list('Files, or rows of them, that could not be read', t.keyedError),
});
export type ReportSummary = t.Published<typeof reportSummary>;
