import { availableParallelism } from 'node:os';
import { familyIds } from '../agents/registry.ts';
import { JOBS, type Setting, settingFor, under } from './setting.ts';
import * as v from './values.ts';

const everyJob = settingFor(...JOBS);
const counterfactual = settingFor('counterfactual');
const concordance = settingFor('concordance');
const single = settingFor('single');
/** Of the jobs that read a window of the corpus. */
const windowJob = settingFor('counterfactual', 'concordance');
/** Of the jobs that replay prompts. */
const replayJob = settingFor('concordance', 'single');
const tablesJob = settingFor('counterfactual', 'concordance', 'report');
const corpusJob = settingFor('counterfactual', 'concordance', 'single');

/** Every setting of the program, by key. Its flag is the key in kebab-case. */
export const SETTINGS = {
  job: everyJob(v.oneOf(JOBS), 'The job', { env: 'REPLAY_JOB', given: 'first word' }),
  ...under('read', {
    corpus: everyJob(
      v.storeUri().optional(),
      'The captures; s3://bucket/prefix or file:///dir, the year folders lie directly under it',
      { env: 'CORPUS_URI', fallback: 's3://$S3_BUCKET/decision_artifacts' },
    ),
    s3Bucket: everyJob(v.bucketName().default('alpha-engine-research'), 'Bucket of the default corpus', {
      env: 'S3_BUCKET',
      given: 'environment',
    }),
    endTimeIso: everyJob(
      v.instant().optional(),
      'Window end, ISO 8601; whole UTC days up to and including its day are read',
      { fallback: 'now' },
    ),
    windowDays: windowJob(v.wholeNumber(1, 3660, ' of days').default(56), 'Days in the window'),
    agents: windowJob(
      v.list('a family', familyIds).default([...familyIds]),
      'Family ids, comma-separated or repeated',
      { fallback: 'every known family' },
    ),
    maxArtifactsPerAgent: windowJob(v.cap().default(null), 'Newest artifacts read per family', {
      fallback: 'uncapped',
    }),
    maxLostShare: windowJob(
      v.fraction(0, 1).default(0.01),
      'Share of the artifacts that faults of access may lose; ten may always be lost, beyond it the run is an ERROR and publishes nothing',
    ),
  }),
  ...under('write', {
    out: everyJob(
      v.storeUri().optional(),
      'Where results go, s3:// or file://; under prefixes that begin with an underscore',
      { env: 'OUT_URI', fallback: 'the corpus' },
    ),
    metrics: windowJob(
      v.oneOf(['cloudwatch', 'file', 'none']).optional(),
      'cloudwatch, file (NDJSON under --out) or none',
      { fallback: 'cloudwatch on s3://, else file' },
    ),
    dryRun: everyJob(
      v.flag(),
      'Read and compute, print the result, write nothing; nothing is emitted, no model is called',
    ),
    runKey: everyJob(
      v.keySegment('a name').optional(),
      'Names the result object of this run; report: the run to show, else the newest',
      { fallback: 'the run id' },
    ),
    noReport: windowJob(v.flag(), 'Write no HTML report at the end of the run, only advice.json'),
    noTables: tablesJob(v.flag(), 'Write nothing under _tables/'),
    noCostRows: replayJob(v.flag(), 'Write nothing under _cost_raw/'),
    persistReplays: concordance(v.flag(), 'Also write every replay side by side'),
  }),
  ...under('counterfactual', {
    maxDepth: counterfactual(v.wholeNumber(1, 20).default(3), 'Depth of the tree'),
    features: counterfactual(
      v.oneOf(['captured', 'original']).default('captured'),
      'captured or original; the fields really captured, or the names and rules of the Python original',
    ),
  }),
  ...under('concordance', {
    targetModels: concordance(
      v.list('a model id').default(['claude-haiku-4-5']),
      'Models to replay under, comma-separated or repeated: claude-… by ANTHROPIC_BASE_URL, openai/NAME by Chat Completions at OPENAI_BASE_URL (a gateway, or any server that speaks it)',
      { fallback: 'claude-haiku-4-5' },
    ),
    maxArtifacts: concordance(
      v.cap().default(null),
      'Artifacts replayed in all; divided among families and days',
      { fallback: 'uncapped' },
    ),
    transport: replayJob(
      v.oneOf(['messages', 'batches', 'recorded']).default('messages'),
      'messages, batches (half price), or recorded answers',
    ),
    structured: replayJob(
      v.oneOf(['auto', 'json', 'tool']).default('auto'),
      "How answers get their form; by the model's own structured output (json) or a forced tool call (tool)",
      { fallback: 'json where the model has it; of openai/NAME one call tells' },
    ),
    maxTokens: replayJob(v.wholeNumber(1, 128_000).default(8192), 'Longest answer, tokens'),
    includeToolLoops: replayJob(v.flag(), 'Also replay families whose model called tools in a loop'),
    recordings: replayJob(v.folder().optional(), 'Folder of recorded answers, for --transport recorded'),
    record: replayJob(
      v.folder().optional(),
      'Folder that every answer is also written to; for --transport recorded',
    ),
    ceiling: concordance(
      v.cap().default(null),
      'Captures put to their own model once more; divided among families and runs',
      { fallback: 'none' },
    ),
    modelAlias: concordance(
      v.aliases().default([]),
      'CAPTURED=TARGET, how a captured model is reached for --ceiling; comma-separated or repeated',
      { fallback: 'none' },
    ),
    stopWhenSure: concordance(
      v.flag(),
      'Replay no more of an agent once it is sure; its agreement is then clear of the threshold',
    ),
    stopError: concordance(
      v.fraction(0.0001, 0.5).default(0.05),
      'Error level of each decision of --stop-when-sure',
    ),
  }),
  ...under('single', {
    artifactKey: single(
      v.nonEmpty('a key such as 2026/07/10/ic_cio/2026-07-10.json'),
      'The artifact to replay',
      { env: null },
    ),
    targetModel: single(
      v.nonEmpty('a model id').default('claude-haiku-4-5'),
      'The model to replay under, as in --target-models',
      { env: null },
    ),
    noPersist: single(v.flag(), 'Print only, write nothing', { env: null }),
  }),
  ...under('verdicts', {
    explainedThreshold: counterfactual(
      v.fraction(0.01, 0.99).default(0.85),
      'Match out of sample that a rule must be clear of; it then explains the agent',
    ),
    explainedMargin: counterfactual(
      v.fraction(0, 0.99).default(0.2),
      'Share of the other decisions to get right; those that are not the commonest, a rule must be clear of it',
    ),
    interchangeableThreshold: concordance(
      v.fraction(0.01, 0.99).default(0.9),
      'Mean agreement that a model must be clear of; it then stands in for the agent’s own',
    ),
    confidence: windowJob(v.fraction(0.5, 0.999).default(0.95), 'Confidence level of intervals and verdicts'),
  }),
  ...under('money', {
    maxCostUsd: replayJob(
      v.amount('an amount in USD such as 25 or 0.5').default(25),
      'Hard budget of the run, reserved before each call',
    ),
    prices: replayJob(
      v.storeUri().optional(),
      'File of prices that beat the built-in ones; s3:// or file://, our own format or LiteLLM’s model_prices_and_context_window.json',
      { env: 'PRICES_URI', fallback: 'built in' },
    ),
    price: replayJob(
      v.prices().default([]),
      'MODEL=IN/OUT, USD per million tokens, the name as in --target-models; beats --prices; comma-separated or repeated',
      { fallback: 'none' },
    ),
    allowUnpriced: replayJob(v.flag(), 'Call models without a known price, outside the budget'),
    maxCalls: replayJob(
      v.wholeNumber(0, 1_000_000_000, ' of calls').default(1000),
      'Most calls without a known price, with --allow-unpriced',
    ),
  }),
  ...under('machine', {
    threads: windowJob(v.wholeNumber(1, 256).default(availableParallelism), 'Worker threads', {
      env: 'POOL_THREADS',
      fallback: 'available processors',
    }),
    loadConcurrency: windowJob(v.wholeNumber(1, 1024).default(128), 'Loads in flight per thread'),
    noCache: corpusJob(v.flag(), 'Neither read nor write finished work'),
    check: everyJob(
      v.flag(),
      'Try once what the job needs, compute nothing; it lists, writes, emits, and asks each target one question',
    ),
    dryRunLlm: everyJob(
      v.lenientFlag(),
      'Boot and import for real, then stop; the shell-run of a deployment',
    ),
  }),
  runDate: everyJob(v.day().optional(), 'Day that the caller keys by; echoed in every document of the run', {
    given: 'environment',
  }),
  arrayIndex: everyJob(
    v.wholeNumber(0, 9_999).optional(),
    'Which partition of the work this job of an array does; set by Batch',
    { env: 'AWS_BATCH_JOB_ARRAY_INDEX', given: 'environment' },
  ),
  arraySize: everyJob(
    v.wholeNumber(1, 10_000).optional(),
    'Number of partitions: the size of the array job',
    {
      given: 'environment',
    },
  ),
  attempt: everyJob(v.wholeNumber(1, 10).default(1), 'Which attempt of a job this one is; set by Batch', {
    env: 'AWS_BATCH_JOB_ATTEMPT',
    given: 'environment',
  }),
} satisfies Record<string, Setting>;
