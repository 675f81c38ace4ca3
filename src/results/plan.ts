import { z } from 'zod';
import * as t from './parts.ts';
import { summary } from './summary.ts';

const price = z.object({
  expected: t.usd('Price of calls as long as the captured ones'),
  worst: t.usd('What is reserved, and cannot be exceeded'),
});
const prices = z.object({
  messages: t.nullable(price.describe('Each call by itself'), 'without a price'),
  batches: t.nullable(price.describe('By the list of the Batches API'), 'without a price'),
});
const line = z.object({
  agent_id_base: t.agentId,
  target_model: t.targetModel,
  replayable: t.count('Captures to be replayed'),
  cached: t.count('Those of them whose answer is kept'),
  calls: t.count('Calls to be made: captures with the same prompt share one'),
  expected_tokens: t.object('What the captured calls used', {
    input: t.count('Tokens sent'),
    output: t.count('Tokens answered'),
  }),
  usd: prices.describe('Price of the calls'),
});
export type PlanLine = t.Published<typeof line>;
const calls = {
  plan: t.list('Calls of each family under each model, at most 80 lines', line),
  calls: t.count('Calls to be made'),
  cached: t.count('Captures whose answer is kept'),
};

/** What `concordance --dry-run` would do, and what that would cost. */
export const plan = z.object({
  ...t.window,
  transport: summary.shape.transport,
  warnings: t.warnings,
  ...calls,
  usd: prices.extend({ budget: t.usd('Budget of the run') }).describe('Price of all calls'),
  stop_when_sure: t.flag('Set with --stop-when-sure: fewer calls may be made').exactOptional(),
  noise_ceiling: t.nullable(
    t.object('Calls of the noise ceiling', {
      requested: t.count('Captures wanted'),
      sampled: t.count('Captures drawn'),
      skips: t.counts('Candidates that could not be drawn'),
      ...calls,
      usd: prices.describe('Price of these calls'),
    }),
    'without --ceiling',
  ),
  n_artifacts_over_cap: summary.shape.n_artifacts_over_cap,
  per_family: summary.shape.per_family,
  replay_failures: t.sampled('Artifacts that could not be read', t.replayFailure),
});
export type Plan = t.Published<typeof plan>;
