import { availableParallelism } from 'node:os';
import { requirePrices } from '../model/prices.ts';
import { modelSegment } from '../results/keys.ts';
import { SettingsError } from '../shared/errors.ts';
import { type Given, readCommandLine } from './command-line.ts';
import { DEFINITIONS, type Definition, JOBS, type RawSettings, schema } from './schema.ts';

type Resolved =
  | 'corpus'
  | 'out'
  | 'endTimeIso'
  | 'metrics'
  | 'threads'
  | 's3Bucket'
  | 'arrayIndex'
  | 'arraySize';

/** One of `size` equal parts. */
export interface Share {
  readonly index: number;
  readonly size: number;
}

/** The validated settings of one run, every default filled in. */
export interface Settings extends Omit<RawSettings, Resolved> {
  readonly corpus: string;
  readonly out: string;
  readonly endTime: Date;
  readonly metrics: 'cloudwatch' | 'file' | 'none';
  readonly threads: number;
  /** Which part of the expensive work this job of an array does; absent in a job that does all of it. */
  readonly share: Share | undefined;
  /** Whether other processes have worked, and paid, for this same run before: earlier attempts, or an array. */
  readonly continues: boolean;
  /** Whether the run leaves no trace: it prints, and that is all. */
  readonly writesNothing: boolean;
}

/** Reads flags over environment over defaults. Does no I/O. Throws SettingsError with one line that says what
 * was expected and what was found. */
export function readSettings(argv: readonly string[], environment: NodeJS.ProcessEnv, now: Date): Settings {
  const given = readCommandLine(argv);
  const raw: Record<string, string | string[]> = {};
  for (const definition of DEFINITIONS) {
    const value = given[definition.key] ?? (definition.env && environment[definition.env]);
    if (value !== undefined) raw[definition.key] = value;
  }
  if (raw.job === undefined) {
    throw new SettingsError(
      `expected a job (${JOBS.join(', ')}) as the first word or in REPLAY_JOB, found none; see --help`,
    );
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SettingsError(`${nameOf(given, String(issue?.path[0]))}: ${issue?.message}`);
  }
  const {
    corpus: givenCorpus,
    out: givenOut,
    endTimeIso,
    s3Bucket,
    arrayIndex,
    arraySize,
    ...settings
  } = parsed.data;
  const share = shareOf(arrayIndex, arraySize);
  const corpus = givenCorpus ?? `s3://${s3Bucket}/decision_artifacts`;
  const out = givenOut ?? corpus;
  requireCompanions(settings);
  requirePriced(settings, now);
  return {
    ...settings,
    corpus,
    out,
    endTime: endTimeIso ?? now,
    metrics: settings.metrics ?? (out.startsWith('s3://') ? 'cloudwatch' : 'file'),
    threads: settings.threads ?? availableParallelism(),
    share,
    continues: settings.attempt > 1 || (share === undefined && (arraySize ?? 1) > 1),
    writesNothing: settings.dryRun || (settings.job === 'single' && settings.noPersist),
  };
}

/** How the user knows the setting: by its flag where given there, else by its environment variable. */
function nameOf(given: Given, key: string): string {
  const definition = DEFINITIONS.find((one) => one.key === key) as Definition;
  if (given[definition.key] === undefined && definition.env) return definition.env;
  return definition.given === 'first word' ? 'the job' : `--${definition.flag}`;
}

function requireCompanions(settings: Omit<RawSettings, Resolved>): void {
  if (settings.transport === 'recorded' && settings.recordings === undefined) {
    throw new SettingsError('--transport recorded: expected --recordings DIR beside it, found none');
  }
  if (settings.job === 'concordance' && settings.stopWhenSure && settings.transport === 'batches') {
    throw new SettingsError(
      '--stop-when-sure: expected --transport messages or recorded beside it, found batches, of which nothing can be stopped once sent',
    );
  }
  const files = settings.targetModels.map(modelSegment);
  const twin = files.findIndex((file, index) => files.indexOf(file) < index);
  if (twin !== -1) {
    throw new SettingsError(
      `--target-models: expected models with files of different names, found ${settings.targetModels[twin]} whose file another has; leave one of them out`,
    );
  }
  if (settings.job === 'single' && settings.artifactKey === undefined) {
    throw new SettingsError(
      'single: expected --artifact-key KEY beside it, found none; a key reads 2026/07/10/ic_cio/2026-07-10.json',
    );
  }
}

function shareOf(index: number | undefined, size: number | undefined): Share | undefined {
  if (index === undefined) return undefined;
  if (size === undefined || index >= size) {
    const found = size === undefined ? 'found none' : `found ${size}`;
    throw new SettingsError(
      `ARRAY_SIZE: expected more than AWS_BATCH_JOB_ARRAY_INDEX=${index}, ${found}; set it to the size of the array job`,
    );
  }
  return { index, size };
}

/** Recorded answers cost nothing; the other jobs call no model. */
function requirePriced(settings: Omit<RawSettings, Resolved>, now: Date): void {
  if (settings.allowUnpriced || settings.transport === 'recorded') return;
  if (settings.job === 'concordance') requirePrices(settings.targetModels, now);
  if (settings.job === 'single') requirePrices([settings.targetModel], now, '--target-model');
}
