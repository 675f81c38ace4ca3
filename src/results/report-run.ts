import { z } from 'zod';
import * as t from './parts.ts';

/** What a report is about; its advice stands in the envelope. */
export const reportSummary = z.object({
  ...t.window,
  run_key: t.text('Run that was reported on'),
  jobs: t.list('Jobs that left a result', z.enum(['counterfactual', 'concordance'])),
  unreadable: t.list('Files, or rows of them, that could not be read', t.keyedError),
});
export type ReportSummary = t.Published<typeof reportSummary>;
