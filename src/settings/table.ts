import { availableParallelism } from 'node:os';
import { familyIds } from '../agents/registry.ts';
import { JOBS, type Setting, setting, under } from './setting.ts';
import {
  amount,
  bucketName,
  cap,
  flag,
  fraction,
  instant,
  keySegment,
  lenientFlag,
  list,
  nonEmpty,
  oneOf,
  storeUri,
  wholeNumber,
} from './values.ts';

const COUNTERFACTUAL = ['counterfactual'] as const;
const CONCORDANCE = ['concordance'] as const;
const SINGLE = ['single'] as const;
/** The jobs that read a window of the corpus. */
const WINDOW = ['counterfactual', 'concordance'] as const;
/** The jobs that replay prompts. */
const REPLAY = ['concordance', 'single'] as const;
const CORPUS = ['counterfactual', 'concordance', 'single'] as const;

/** Every setting of the program, by key. Its flag is the key in kebab-case. */
export const SETTINGS = {
  job: setting(JOBS, oneOf(JOBS), 'The job', { env: 'REPLAY_JOB', given: 'first word' }),
  ...under('read', {
    corpus: setting(
      JOBS,
      storeUri().optional(),
      'Corpus, s3://bucket/prefix or file:///dir; the year folders lie directly under it',
      { env: 'CORPUS_URI', fallback: 's3://$S3_BUCKET/decision_artifacts' },
    ),
    s3Bucket: setting(JOBS, bucketName().default('alpha-engine-research'), 'Bucket of the default corpus', {
      env: 'S3_BUCKET',
      given: 'environment',
    }),
    endTimeIso: setting(
      JOBS,
      instant().optional(),
      'Window end, ISO 8601; whole UTC days up to and including its day are read',
      { fallback: 'now' },
    ),
    windowDays: setting(WINDOW, wholeNumber(1, 3660, ' of days').default(56), 'Days in the window'),
    agents: setting(
      WINDOW,
      list('a family', familyIds).default([...familyIds]),
      'Family ids, comma-separated or repeated',
      { fallback: 'every known family' },
    ),
    maxArtifactsPerAgent: setting(WINDOW, cap().default(null), 'Newest artifacts read per family', {
      fallback: 'uncapped',
    }),
    maxLostShare: setting(
      WINDOW,
      fraction(0, 1).default(0.01),
      'Most of the listed artifacts that faults of access may lose (ten may always be lost); beyond it the run is an ERROR and publishes nothing',
    ),
  }),
  ...under('write', {
    out: setting(JOBS, storeUri().optional(), 'Where the underscored result prefixes go, s3:// or file://', {
      env: 'OUT_URI',
      fallback: 'the corpus',
    }),
    metrics: setting(
      WINDOW,
      oneOf(['cloudwatch', 'file', 'none']).optional(),
      'cloudwatch, file (NDJSON under --out) or none',
      { fallback: 'cloudwatch for an s3:// out, else file' },
    ),
    dryRun: setting(
      JOBS,
      flag().default(false),
      'Read and compute, print the result; write nothing, emit nothing, call no model',
    ),
    runKey: setting(
      JOBS,
      keySegment('a name').optional(),
      'Names the result object of this run; report: the run to show, else the newest',
      { fallback: 'the run id' },
    ),
    noReport: setting(WINDOW, flag().default(false), 'Write no HTML report at the end of the run'),
    persistReplays: setting(CONCORDANCE, flag().default(false), 'Also write every replay side by side'),
  }),
  ...under('counterfactual', {
    maxDepth: setting(COUNTERFACTUAL, wholeNumber(1, 20).default(3), 'Depth of the tree'),
    features: setting(
      COUNTERFACTUAL,
      oneOf(['captured', 'original']).default('captured'),
      'captured: the fields really captured; original: the names and rules of the Python original',
    ),
  }),
  ...under('concordance', {
    targetModels: setting(
      CONCORDANCE,
      list('a model id').default(['claude-haiku-4-5']),
      'Models to replay under, comma-separated or repeated',
      { fallback: 'claude-haiku-4-5' },
    ),
    maxArtifacts: setting(
      CONCORDANCE,
      cap().default(null),
      'Artifacts replayed in all, shared out over families and days',
      { fallback: 'uncapped' },
    ),
    transport: setting(
      REPLAY,
      oneOf(['messages', 'batches', 'recorded']).default('messages'),
      'messages, batches (half price), or recorded answers',
    ),
    structured: setting(
      REPLAY,
      oneOf(['auto', 'json', 'tool']).default('auto'),
      "Answers by the model's own structured output (json) or a forced tool call (tool)",
      { fallback: 'json where the model has it' },
    ),
    maxTokens: setting(REPLAY, wholeNumber(1, 128_000).default(8192), 'Longest answer, tokens'),
    includeToolLoops: setting(
      REPLAY,
      flag().default(false),
      'Also replay families whose model called tools in a loop',
    ),
    recordings: setting(
      REPLAY,
      nonEmpty('a folder').optional(),
      'Folder of recorded answers, for --transport recorded',
    ),
    record: setting(
      REPLAY,
      nonEmpty('a folder').optional(),
      'Folder that every answer of this run is also written to, for --transport recorded',
    ),
    ceiling: setting(
      CONCORDANCE,
      cap().default(null),
      'Captures put to their own model once more, shared out over families and runs',
      { fallback: 'none' },
    ),
    stopWhenSure: setting(
      CONCORDANCE,
      flag().default(false),
      'Replay no more of an agent once its agreement is clear of the threshold',
    ),
    stopError: setting(
      CONCORDANCE,
      fraction(0.0001, 0.5).default(0.05),
      'Error level of each decision of --stop-when-sure',
    ),
  }),
  ...under('single', {
    artifactKey: setting(
      SINGLE,
      nonEmpty('a key such as 2026/07/10/ic_cio/2026-07-10.json'),
      'The artifact to replay',
      { env: null },
    ),
    targetModel: setting(
      SINGLE,
      nonEmpty('a model id').default('claude-haiku-4-5'),
      'The model to replay under',
      { env: null },
    ),
    noPersist: setting(SINGLE, flag().default(false), 'Print only, write nothing', { env: null }),
  }),
  ...under('verdicts', {
    explainedThreshold: setting(
      COUNTERFACTUAL,
      fraction(0.01, 0.99).default(0.85),
      'Out-of-sample match that a rule must be clear of to explain an agent',
    ),
    explainedMargin: setting(
      COUNTERFACTUAL,
      fraction(0, 0.99).default(0.2),
      'Share of the decisions other than the commonest that a rule must be clear of getting right',
    ),
    interchangeableThreshold: setting(
      CONCORDANCE,
      fraction(0.01, 0.99).default(0.9),
      'Mean agreement that an agent must be clear of for a model to stand in for its own',
    ),
    confidence: setting(
      WINDOW,
      fraction(0.5, 0.999).default(0.95),
      'Confidence level of intervals and verdicts',
    ),
  }),
  ...under('money', {
    maxCostUsd: setting(
      REPLAY,
      amount('an amount in USD such as 25 or 0.5').default(25),
      'Hard budget of the run, reserved before each call',
    ),
    allowUnpriced: setting(
      REPLAY,
      flag().default(false),
      'Call models without a known price, outside the budget',
    ),
  }),
  ...under('machine', {
    threads: setting(WINDOW, wholeNumber(1, 256).default(availableParallelism), 'Worker threads', {
      env: 'POOL_THREADS',
      fallback: 'available processors',
    }),
    loadConcurrency: setting(WINDOW, wholeNumber(1, 1024).default(128), 'Loads in flight per thread'),
    noCache: setting(CORPUS, flag().default(false), 'Neither read nor write finished work'),
    dryRunLlm: setting(JOBS, lenientFlag().default(false), 'Shell-run: boot and imports for real, then stop'),
  }),
  arrayIndex: setting(
    JOBS,
    wholeNumber(0, 9_999).optional(),
    'Which share of an array job this one is; set by Batch',
    { env: 'AWS_BATCH_JOB_ARRAY_INDEX', given: 'environment' },
  ),
  arraySize: setting(JOBS, wholeNumber(1, 10_000).optional(), 'Number of shares of an array job', {
    given: 'environment',
  }),
  attempt: setting(JOBS, wholeNumber(1, 10).default(1), 'Which attempt of a job this one is; set by Batch', {
    env: 'AWS_BATCH_JOB_ATTEMPT',
    given: 'environment',
  }),
} satisfies Record<string, Setting>;
