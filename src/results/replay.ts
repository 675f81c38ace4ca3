import { z } from 'zod';
import { modelSegment } from './keys.ts';
import * as t from './parts.ts';

const common = z.object({
  schema_version: z.literal(2).describe('Version of this format'),
  replay_run_id: t.runId,
  original_run_id: t.text('Run of the capture'),
  original_agent_id: t.text('Agent of the capture, whole'),
  original_model: t.text('Model that was captured'),
  original_artifact_key: t.text('Key of the capture, relative to the corpus'),
  original_decision: t.json('What was decided, in comparable form'),
  original_output: t.json('Output as captured'),
  replay_model: t.text('Model that was asked'),
});
const answered = common.extend({
  replay_output: t.json('Answer as it came'),
  replay_timestamp: t.instant('When the call was paid'),
  replay_latency_ms: t.nullable(t.number('Latency of the call, ms'), 'where the transport does not tell'),
  replay_cost_usd: t.nullable(t.usd('Price of the call'), 'without a price'),
});
const why = t.text('Why there is no score');

/** One replay beside its original. */
export const replay = z.discriminatedUnion('replay_output_kind', [
  answered.extend({
    replay_output_kind: z.literal('structured').describe('A valid answer'),
    replay_decision: t.json('What was decided, in comparable form'),
    comparison: z
      .object({ agreement: t.share('Likeness of the decisions') })
      .catchall(z.number())
      .describe('Agreement, and the parts it is made of'),
  }),
  answered.extend({
    replay_output_kind: z.literal('invalid').describe('An invalid answer'),
    replay_error: why,
  }),
  common.extend({ replay_output_kind: z.literal('error').describe('No answer'), replay_error: why }),
]);
export type Replay = t.Published<typeof replay>;

/** Research agents share one run id: the whole agent id keeps their replays apart. */
export function replayKey(
  runId: string,
  agentId: string,
  artifactRunId: string,
  originalModel: string,
  targetModel: string,
): string {
  const models = `${modelSegment(originalModel)}_vs_${modelSegment(targetModel)}`;
  return `_replay/${runId}/${agentId}/${artifactRunId}_${models}.json`;
}
