import { nameOnWire, serviceOf } from '../model/names.ts';
import { PriceBook } from '../model/price-book.ts';
import { checkAddress } from '../model/wires.ts';
import { modelSegment } from '../results/keys.ts';
import { SettingsError } from '../shared/errors.ts';
import { type Given, readCommandLine } from './command-line.ts';
import { didYouMean, nearest } from './nearest.ts';
import { DEFINITIONS, type Definition, FLAGS, type ReadSettings, schemaOf } from './schema.ts';
import { JOBS, type JobName } from './setting.ts';

/** One of `size` equal parts of a job's work. */
export interface Partition {
  readonly index: number;
  readonly size: number;
}

/** What is known once all settings are read together. */
interface Resolved {
  readonly corpus: string;
  readonly out: string;
  readonly endTime: Date;
  /** The part of the expensive work that this job of an array does; undefined in a job that does all of it. */
  readonly partition: Partition | undefined;
  /** Whether other processes have worked, and paid, for this same run before: earlier attempts, or an array. */
  readonly continues: boolean;
  /** Whether the run leaves no trace: it prints, and that is all. */
  readonly writesNothing: boolean;
}

type SettingsOf<J extends JobName> = Omit<
  ReadSettings<J>,
  'job' | 'corpus' | 'out' | 'endTimeIso' | 's3Bucket' | 'arrayIndex' | 'arraySize'
> &
  Resolved & { readonly job: J };

export interface CounterfactualSettings extends SettingsOf<'counterfactual'> {
  readonly metrics: 'cloudwatch' | 'file' | 'none';
}

export interface ConcordanceSettings extends SettingsOf<'concordance'> {
  readonly metrics: 'cloudwatch' | 'file' | 'none';
}

export interface SingleSettings extends SettingsOf<'single'> {}

export interface ReportSettings extends SettingsOf<'report'> {}

/** Of the jobs that read a window of the corpus. */
export type WindowSettings = CounterfactualSettings | ConcordanceSettings;

/** Of the jobs that replay prompts. */
export type ReplaySettings = ConcordanceSettings | SingleSettings;

/** The validated settings of one run, every default filled in. */
export type Settings = WindowSettings | SingleSettings | ReportSettings;

/** Reads flags over environment over defaults: what the job uses, and nothing else. Does no I/O. Throws SettingsError
 * with one line that says what was expected and what was found. */
export function readSettings(argv: readonly string[], environment: NodeJS.ProcessEnv, now: Date): Settings {
  const given = readCommandLine(argv);
  const raw: Given = {};
  for (const { key, env } of DEFINITIONS) {
    const value = given[key] ?? (env ? environment[env] : undefined);
    if (value !== undefined) raw[key] = value;
  }
  const settings = resolve(parse(given, raw), now);
  requireUsed(given, settings.job);
  if (!('transport' in settings)) return settings;
  requireCompanions(settings);
  // A file of prices is read by the job, which then asks the same.
  if (settings.prices === undefined) requirePrices(settings, new PriceBook(settings.price), now);
  if (settings.transport !== 'recorded') {
    for (const model of targetsOf(settings)) checkAddress(model, environment);
  }
  return settings;
}

type AnyRead = { [J in JobName]: ReadSettings<J> & { readonly job: J } }[JobName];

function parse(given: Given, raw: Given): AnyRead {
  const job = JOBS.find((one) => one === String(raw.job).trim());
  if (raw.job === undefined) {
    throw new SettingsError(
      `expected a job (${JOBS.join(', ')}) as the first word or in REPLAY_JOB, found none; see --help`,
    );
  }
  const parsed = schemaOf(job ?? 'report').safeParse(raw);
  if (parsed.success) return parsed.data as AnyRead;
  const [issue] = parsed.error.issues;
  throw new SettingsError(`${nameOf(given, String(issue?.path[0]))}: ${issue?.message}`);
}

function resolve(read: AnyRead, now: Date): Settings {
  const { corpus: givenCorpus, out: givenOut, endTimeIso, s3Bucket, arrayIndex, arraySize, ...rest } = read;
  const partition = partitionOf(arrayIndex, arraySize);
  const corpus = givenCorpus ?? `s3://${s3Bucket}/decision_artifacts`;
  const out = givenOut ?? corpus;
  const resolved: Resolved = {
    corpus,
    out,
    endTime: endTimeIso ?? now,
    partition,
    continues: rest.attempt > 1 || (partition === undefined && (arraySize ?? 1) > 1),
    writesNothing: rest.dryRun || (rest.job === 'single' && rest.noPersist),
  };
  if (rest.job === 'single' || rest.job === 'report') return { ...rest, ...resolved };
  return { ...rest, metrics: rest.metrics ?? (out.startsWith('s3://') ? 'cloudwatch' : 'file'), ...resolved };
}

/** How the user knows the setting: by its flag where given there, else by its environment variable. */
function nameOf(given: Given, key: string): string {
  const definition = DEFINITIONS.find((one) => one.key === key) as Definition;
  if (given[definition.key] === undefined && definition.env) return definition.env;
  return definition.given === 'first word' ? 'the job' : `--${definition.flag}`;
}

/** An environment serves all jobs; a flag is meant for this one. */
function requireUsed(given: Given, job: JobName): void {
  const unused = FLAGS.find(({ key, jobs }) => given[key] !== undefined && !jobs.includes(job));
  if (!unused) return;
  const own = FLAGS.filter(({ jobs }) => jobs.includes(job)).map(({ flag }) => `--${flag}`);
  const meant = nearest(`--${unused.flag}`, own);
  throw new SettingsError(
    `--${unused.flag}: expected a flag that ${job} uses, found one of ${unused.jobs.join(', ')}${didYouMean(meant) || ';'} see ${job} --help`,
  );
}

function requireCompanions(settings: ReplaySettings): void {
  if (settings.transport === 'recorded' && settings.recordings === undefined) {
    throw new SettingsError('--transport recorded: expected --recordings DIR beside it, found none');
  }
  requireReachable(settings);
  if (settings.job !== 'concordance') return;
  if (settings.stopWhenSure && settings.transport === 'batches') {
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
}

function requireReachable(settings: ReplaySettings): void {
  const flag = settings.job === 'single' ? '--target-model' : '--target-models';
  const aliased = 'modelAlias' in settings ? settings.modelAlias.map(({ target }) => target) : [];
  for (const model of [...targetsOf(settings), ...aliased]) {
    const service = serviceOf(model);
    if (!nameOnWire(model)) throw new SettingsError(`${flag}: expected a name behind ${model}, found none`);
    if (service !== 'ANTHROPIC' && settings.transport === 'batches') {
      throw new SettingsError(
        `--transport batches: expected models of Anthropic's API, which alone has batches, found ${model}; use --transport messages`,
      );
    }
  }
}

function partitionOf(index: number | undefined, size: number | undefined): Partition | undefined {
  if (index === undefined) return undefined;
  if (size === undefined || index >= size) {
    const found = size === undefined ? 'found none' : `found ${size}`;
    throw new SettingsError(
      `ARRAY_SIZE: expected more than AWS_BATCH_JOB_ARRAY_INDEX=${index}, ${found}; set it to the size of the array job`,
    );
  }
  return { index, size };
}

/** Throws SettingsError for a target without a price, where it needs one: recorded answers cost nothing. */
export function requirePrices(settings: ReplaySettings, prices: PriceBook, now: Date): void {
  if (settings.allowUnpriced || settings.transport === 'recorded') return;
  prices.require(targetsOf(settings), now, settings.job === 'single' ? '--target-model' : '--target-models');
}

/** The models that a job puts prompts to. */
export function targetsOf(settings: ReplaySettings): readonly string[] {
  return settings.job === 'single' ? [settings.targetModel] : settings.targetModels;
}
