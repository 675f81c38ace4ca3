import { z } from 'zod';
import { familyIds } from '../agents/registry.ts';
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

export const JOBS = ['counterfactual', 'concordance', 'single', 'report'] as const;

interface Meta {
  /** Environment variable; absent where only the flag exists. */
  readonly env?: string;
  readonly description: string;
  /** How the default reads in `--help`, where it is not a constant. */
  readonly fallback?: string;
  readonly takes?: 'boolean' | 'list';
  /** Where it is given: `job` is the first word, `environment` has no flag. */
  readonly given?: 'first word' | 'environment';
  /** Under which heading `--help` shows it. */
  readonly group?: Group;
}

export type Group =
  | 'read'
  | 'write'
  | 'counterfactual'
  | 'concordance'
  | 'single'
  | 'verdicts'
  | 'money'
  | 'machine';

function setting<T extends z.ZodType>(schema: T, meta: Meta): T {
  return schema.meta({ ...meta });
}

/** Every setting of the program. The flag is the key in kebab-case. */
export const schema = z.object({
  job: setting(oneOf(JOBS), { env: 'REPLAY_JOB', description: 'The job', given: 'first word' }),
  corpus: setting(storeUri().optional(), {
    env: 'CORPUS_URI',
    group: 'read',
    description: 'Corpus, s3://bucket/prefix or file:///dir; the year folders lie directly under it',
    fallback: 's3://$S3_BUCKET/decision_artifacts',
  }),
  s3Bucket: setting(bucketName().default('alpha-engine-research'), {
    env: 'S3_BUCKET',
    description: 'Bucket of the default corpus',
    given: 'environment',
  }),
  out: setting(storeUri().optional(), {
    env: 'OUT_URI',
    group: 'write',
    description: 'Where the underscored result prefixes go, s3:// or file://',
    fallback: 'the corpus',
  }),
  endTimeIso: setting(instant().optional(), {
    env: 'END_TIME_ISO',
    group: 'read',
    description: 'Window end, ISO 8601; whole UTC days up to and including its day are read',
    fallback: 'now',
  }),
  windowDays: setting(wholeNumber(1, 3660, ' of days').default(56), {
    env: 'WINDOW_DAYS',
    group: 'read',
    description: 'Days in the window',
  }),
  agents: setting(list('a family', familyIds).default([...familyIds]), {
    env: 'AGENTS',
    group: 'read',
    description: 'Family ids, comma-separated or repeated',
    fallback: 'every known family',
    takes: 'list',
  }),
  maxArtifactsPerAgent: setting(cap().default(null), {
    env: 'MAX_ARTIFACTS_PER_AGENT',
    group: 'read',
    description: 'Newest artifacts read per family',
    fallback: 'uncapped',
  }),
  maxArtifacts: setting(cap().default(null), {
    env: 'MAX_ARTIFACTS',
    group: 'concordance',
    description: 'concordance: artifacts replayed in all, shared out over families and days',
    fallback: 'uncapped',
  }),
  maxLostShare: setting(fraction(0, 1).default(0.01), {
    env: 'MAX_LOST_SHARE',
    group: 'read',
    description:
      'Most of the listed artifacts that faults of access may lose (ten may always be lost); beyond it the run is an ERROR and publishes nothing',
  }),
  maxDepth: setting(wholeNumber(1, 20).default(3), {
    env: 'MAX_DEPTH',
    group: 'counterfactual',
    description: 'Depth of the tree',
  }),
  features: setting(oneOf(['captured', 'original']).default('captured'), {
    env: 'FEATURES',
    group: 'counterfactual',
    description: 'captured: the fields really captured; original: the names and rules of the Python original',
  }),
  explainedThreshold: setting(fraction(0.01, 0.99).default(0.85), {
    env: 'EXPLAINED_THRESHOLD',
    group: 'verdicts',
    description: 'Out-of-sample match that a rule must be clear of to explain an agent',
  }),
  explainedMargin: setting(fraction(0, 0.99).default(0.2), {
    env: 'EXPLAINED_MARGIN',
    group: 'verdicts',
    description: 'Share of the decisions other than the commonest that a rule must be clear of getting right',
  }),
  confidence: setting(fraction(0.5, 0.999).default(0.95), {
    env: 'CONFIDENCE',
    group: 'verdicts',
    description: 'Confidence level of intervals and verdicts',
  }),
  targetModels: setting(list('a model id').default(['claude-haiku-4-5']), {
    env: 'TARGET_MODELS',
    group: 'concordance',
    description: 'concordance: models to replay under, comma-separated or repeated',
    fallback: 'claude-haiku-4-5',
    takes: 'list',
  }),
  transport: setting(oneOf(['messages', 'batches', 'recorded']).default('messages'), {
    env: 'TRANSPORT',
    group: 'concordance',
    description: 'concordance: messages, batches (half price), or recorded answers',
  }),
  structured: setting(oneOf(['auto', 'json', 'tool']).default('auto'), {
    env: 'STRUCTURED',
    group: 'concordance',
    description:
      "concordance: answers by the model's own structured output (json) or a forced tool call (tool)",
    fallback: 'json where the model has it',
  }),
  maxTokens: setting(wholeNumber(1, 128_000).default(8192), {
    env: 'MAX_TOKENS',
    group: 'concordance',
    description: 'Longest answer, tokens',
  }),
  includeToolLoops: setting(flag().default(false), {
    env: 'INCLUDE_TOOL_LOOPS',
    group: 'concordance',
    description: 'concordance: also replay families whose model called tools in a loop',
    takes: 'boolean',
  }),
  recordings: setting(nonEmpty('a folder').optional(), {
    env: 'RECORDINGS',
    group: 'concordance',
    description: 'Folder of recorded answers, for --transport recorded',
  }),
  record: setting(nonEmpty('a folder').optional(), {
    env: 'RECORD',
    group: 'concordance',
    description: 'Folder that every answer of this run is also written to, for --transport recorded',
  }),
  interchangeableThreshold: setting(fraction(0.01, 0.99).default(0.9), {
    env: 'INTERCHANGEABLE_THRESHOLD',
    group: 'verdicts',
    description:
      'concordance: mean agreement that an agent must be clear of for a model to stand in for its own',
  }),
  ceiling: setting(cap().default(null), {
    env: 'CEILING',
    group: 'concordance',
    description: 'concordance: captures put to their own model once more, shared out over families and runs',
    fallback: 'none',
  }),
  stopWhenSure: setting(flag().default(false), {
    env: 'STOP_WHEN_SURE',
    group: 'concordance',
    description: 'concordance: replay no more of an agent once its agreement is clear of the threshold',
    takes: 'boolean',
  }),
  stopError: setting(fraction(0.0001, 0.5).default(0.05), {
    env: 'STOP_ERROR',
    group: 'concordance',
    description: 'concordance: error level of each decision of --stop-when-sure',
  }),
  allowUnpriced: setting(flag().default(false), {
    env: 'ALLOW_UNPRICED',
    group: 'money',
    description: 'Call models without a known price, outside the budget',
    takes: 'boolean',
  }),
  maxCostUsd: setting(amount('an amount in USD such as 25 or 0.5').default(25), {
    env: 'MAX_COST_USD',
    group: 'money',
    description: 'Hard budget of the run, reserved before each call',
  }),
  metrics: setting(oneOf(['cloudwatch', 'file', 'none']).optional(), {
    env: 'METRICS',
    group: 'write',
    description: 'cloudwatch, file (NDJSON under --out) or none',
    fallback: 'cloudwatch for an s3:// out, else file',
  }),
  threads: setting(wholeNumber(1, 256).optional(), {
    env: 'POOL_THREADS',
    group: 'machine',
    description: 'Worker threads',
    fallback: 'available processors',
  }),
  loadConcurrency: setting(wholeNumber(1, 1024).default(128), {
    env: 'LOAD_CONCURRENCY',
    group: 'machine',
    description: 'Loads in flight per thread',
  }),
  noCache: setting(flag().default(false), {
    env: 'NO_CACHE',
    group: 'machine',
    description: 'Neither read nor write finished work',
    takes: 'boolean',
  }),
  dryRun: setting(flag().default(false), {
    env: 'DRY_RUN',
    group: 'write',
    description: 'Read and compute, print the result; write nothing, emit nothing, call no model',
    takes: 'boolean',
  }),
  dryRunLlm: setting(lenientFlag().default(false), {
    env: 'DRY_RUN_LLM',
    group: 'machine',
    description: 'Shell-run: boot and imports for real, then stop',
    takes: 'boolean',
  }),
  runKey: setting(keySegment('a name').optional(), {
    env: 'RUN_KEY',
    group: 'write',
    description: 'Names the result object of this run; report: the run to show, else the newest',
    fallback: 'the run id',
  }),
  arrayIndex: setting(wholeNumber(0, 9_999).optional(), {
    env: 'AWS_BATCH_JOB_ARRAY_INDEX',
    description: 'Which share of an array job this one is; set by Batch',
    given: 'environment',
  }),
  arraySize: setting(wholeNumber(1, 10_000).optional(), {
    env: 'ARRAY_SIZE',
    description: 'Number of shares of an array job',
    given: 'environment',
  }),
  attempt: setting(wholeNumber(1, 10).default(1), {
    env: 'AWS_BATCH_JOB_ATTEMPT',
    description: 'Which attempt of a job this one is; set by Batch',
    given: 'environment',
  }),
  artifactKey: setting(nonEmpty('a key').optional(), {
    group: 'single',
    description: 'single: the artifact to replay',
  }),
  targetModel: setting(nonEmpty('a model id').default('claude-haiku-4-5'), {
    group: 'single',
    description: 'single: the model to replay under',
  }),
  noPersist: setting(flag().default(false), {
    group: 'single',
    description: 'single: print only, write nothing',
    takes: 'boolean',
  }),
  noReport: setting(flag().default(false), {
    env: 'NO_REPORT',
    description: 'Write no HTML report at the end of the run',
    takes: 'boolean',
    group: 'write',
  }),
  persistReplays: setting(flag().default(false), {
    env: 'PERSIST_REPLAYS',
    group: 'write',
    description: 'concordance: also write every replay side by side',
    takes: 'boolean',
  }),
});

export type RawSettings = z.output<typeof schema>;

export interface Definition extends Meta {
  readonly key: keyof RawSettings;
  readonly flag: string;
  readonly default?: string;
}

/** The settings as rows, for the command line, the environment and `--help`. */
export const DEFINITIONS: readonly Definition[] = Object.entries(schema.shape).map(([key, field]) => {
  const meta = field.meta() as unknown as Meta;
  const constant = field instanceof z.ZodDefault ? field.def.defaultValue : undefined;
  const fallback = meta.fallback ?? (constant === undefined ? undefined : String(constant));
  return {
    ...meta,
    key: key as keyof RawSettings,
    flag: key.replace(/[A-Z]/g, (upper) => `-${upper.toLowerCase()}`),
    ...(fallback === undefined ? {} : { default: fallback }),
  };
});

/** Those that have a flag. */
export const FLAGS = DEFINITIONS.filter(({ given }) => given === undefined);
