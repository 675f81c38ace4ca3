import { z } from 'zod';
import { writeFailureList } from './left-out.ts';
import * as t from './parts.ts';

const capture = {
  artifact_key: t.text('Key of the capture, relative to the corpus'),
  agent_id_base: t.agentId,
};
const asked = z.object({
  ...capture,
  original_model: t.text('Model that was captured'),
  original_decision: t.json('What was decided, in comparable form'),
});
const answered = asked.extend({
  usd: t.nullable(t.usd('Price of the call'), 'without a price'),
  latency_ms: t.nullable(t.number('Latency of the call, ms'), 'where the transport does not tell'),
  write_failures: writeFailureList,
});

/** One capture's decision beside that of another model: with a valid answer, an invalid one, none, or not replayed. */
export const singleSummary = z.union([
  answered.extend({
    agreement: t.share('Likeness of the decisions'),
    diagnostics: t.map('What the agreement is made of', z.number()),
    replay_decision: t.json('What the target decided, in comparable form'),
  }),
  answered.extend({
    invalid_answer: t.text('What is wrong, in a word'),
    error: t.text('What is wrong'),
    answer: t.json('The answer as it came'),
  }),
  z.object({ ...capture, skipped: t.text('Why it is not replayed') }),
  asked,
]);
export type SingleSummary = t.Published<typeof singleSummary>;
