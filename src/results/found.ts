import { z } from 'zod';
import { concordanceFound } from './concordance-run.ts';
import { counterfactualFound } from './counterfactual-run.ts';
import { envelope, result } from './envelope.ts';
import { loadFailureList, loadFailures, notKept, writeFailureList } from './left-out.ts';
import * as t from './parts.ts';
import { plan } from './plan.ts';

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
const singleSummary = z.union([
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

/** What a report is about; its advice stands in the envelope. */
export const reportSummary = z.object({
  ...t.window,
  run_key: t.text('Run that was reported on'),
  jobs: t.list('Jobs that left a result', z.enum(['counterfactual', 'concordance'])),
  unreadable: t.list('Files, or rows of them, that could not be read', t.keyedError),
});

const callFailure = z.object({
  reason: t.text('Why, in a word'),
  error: t.text('Why'),
  transient: t.flag('Whether it may pass'),
});
const partitionSummary = z.object({
  share: t.object('The partition of the slices that this job took', {
    index: t.count('Number of the partition'),
    size: t.count('Number of partitions'),
  }),
  slices: t.count('Slices of the partition'),
  artifacts: t.count('Artifacts of these slices'),
  load_failures: t.count('Those of them that could not be read; of `counterfactual`').exactOptional(),
  not_kept: notKept,
  calls: t
    .rows('Calls of the partition; of `concordance`', {
      target_model: t.targetModel,
      cache: t.cache,
      cost: t.cost,
    })
    .exactOptional(),
});
export type PartitionSummary = t.Published<typeof partitionSummary>;

/** What a job of an array did: its work is kept for the job that gathers it. */
const partitionFound = z.object({ summary: partitionSummary });
/** What a run found that failed as a whole. */
const loadsFailed = z.object({
  summary: z.object({ load_failures: loadFailures }),
  lists: z.object({ load_failures: loadFailureList }),
});
const callsFailed = z.object({
  summary: z.object({ replay_failures: t.sampled('Calls without an answer', callFailure) }),
  lists: z.object({ replay_failures: t.list('Calls without an answer', callFailure) }),
});

const forms = [
  counterfactualFound,
  concordanceFound,
  z.object({ summary: plan }),
  partitionFound,
  z.object({ summary: singleSummary }),
  z.object({ summary: reportSummary }),
  loadsFailed,
  callsFailed,
] as const;
/** What a job's result holds beside its envelope. */
export type Found = t.Published<(typeof forms)[number]>;
export type FoundSummary = Found['summary'];

const summary = z.union(forms.map(({ shape }) => shape.summary));
/** The one document on stdout. */
export const runEnvelope = envelope.extend({
  summary: summary.exactOptional().describe('What the job found: counts, keys, and at most 20 of a list'),
});
export type Envelope = t.Published<typeof runEnvelope>;

/** The result object of any job; one that failed has what it found so far. */
export const runResult = z.union([...forms.map(({ shape }) => result.extend(shape)), result]);
