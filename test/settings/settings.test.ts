import { describe, expect, it } from 'vitest';
import { familyIds } from '../../src/agents/registry.ts';
import { DEFINITIONS, FLAGS } from '../../src/settings/schema.ts';
import { JOBS } from '../../src/settings/setting.ts';
import {
  type ConcordanceSettings,
  type CounterfactualSettings,
  readSettings,
  type Settings,
} from '../../src/settings/settings.ts';
import { SettingsError } from '../../src/shared/errors.ts';
import { helpText } from '../../src/terminal/help.ts';

const NOW = new Date('2026-05-16T09:00:00Z');

function read(words: string, environment: NodeJS.ProcessEnv = {}): Settings {
  return readSettings(words.split(' ').filter(Boolean), environment, NOW);
}

function rules(words: string, environment: NodeJS.ProcessEnv = {}): CounterfactualSettings {
  const settings = read(`counterfactual ${words}`, environment);
  if (settings.job !== 'counterfactual') throw new Error(`expected another job than ${settings.job}`);
  return settings;
}

function complaint(words: string, environment: NodeJS.ProcessEnv = {}): string {
  try {
    read(words, environment);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    expect((error as SettingsError).exitCode).toBe(2);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error(`expected ${words} to be refused`);
}

describe('settings', () => {
  it('have the defaults of the interface', () => {
    const common = {
      corpus: 's3://alpha-engine-research/decision_artifacts',
      out: 's3://alpha-engine-research/decision_artifacts',
      endTime: NOW,
      dryRun: false,
      dryRunLlm: false,
    };
    const window = {
      windowDays: 56,
      agents: familyIds,
      maxArtifactsPerAgent: null,
      confidence: 0.95,
      metrics: 'cloudwatch',
      noCache: false,
    };
    const rule = { maxDepth: 3, features: 'captured', explainedThreshold: 0.85, explainedMargin: 0.2 };
    const replay = { transport: 'messages', structured: 'auto', maxTokens: 8192, maxCostUsd: 25 };
    const stop = { stopWhenSure: false, stopError: 0.05 };
    const models = { targetModels: ['claude-haiku-4-5'], maxArtifacts: null, ceiling: null };
    expect(read('counterfactual')).toMatchObject({ job: 'counterfactual', ...common, ...window, ...rule });
    expect(read('concordance')).toMatchObject({
      job: 'concordance',
      ...{ ...common, ...window, ...replay, ...stop, ...models },
      interchangeableThreshold: 0.9,
    });
    const artifactKey = '2026/07/10/ic_cio/2026-07-10.json';
    expect(read(`single --artifact-key ${artifactKey}`)).toMatchObject({
      job: 'single',
      ...{ ...common, ...replay, artifactKey },
      targetModel: 'claude-haiku-4-5',
      noPersist: false,
    });
    expect(read('report')).toMatchObject({ job: 'report', ...common });
  });

  it('are those of the job, and what only other jobs use is not read', () => {
    expect(read('counterfactual')).not.toHaveProperty('maxCostUsd');
    expect(read('report')).not.toHaveProperty('windowDays');
    expect(rules('', { MAX_COST_USD: 'much', TRANSPORT: 'recorded' }).job).toBe('counterfactual');
  });

  it('take a flag before the environment before the default', () => {
    expect(rules('', { WINDOW_DAYS: '7' }).windowDays).toBe(7);
    expect(rules('--window-days 3', { WINDOW_DAYS: '7' }).windowDays).toBe(3);
    expect(read('counterfactual', { REPLAY_JOB: 'report' }).job).toBe('counterfactual');
    expect(read('', { REPLAY_JOB: 'counterfactual' }).job).toBe('counterfactual');
    expect(read('', { REPLAY_JOB: 'counterfactual\r\n' })).toEqual(read('counterfactual', {}));
    expect(rules('--window-days 3', { WINDOW_DAYS: 'bad' }).windowDays).toBe(3);
  });

  it('derive the out URI from the corpus, and where metrics go from the out URI', () => {
    expect(read('counterfactual --corpus file:///c').out).toBe('file:///c');
    expect(rules('--corpus file:///c').metrics).toBe('file');
    expect(rules('--corpus file:///c --out s3://bucket/x').metrics).toBe('cloudwatch');
    expect(read('counterfactual', { S3_BUCKET: 'other' }).corpus).toBe('s3://other/decision_artifacts');
  });

  it('take lists with commas, repeated, or both', () => {
    const { agents } = rules('--agents ic_cio,macro_economist --agents sector_qual');
    expect(agents).toEqual(['ic_cio', 'macro_economist', 'sector_qual']);
  });

  it('take shares as decimals', () => {
    const words = 'counterfactual --explained-threshold 0.9 --explained-margin 0 --confidence .9';
    expect(read(words)).toMatchObject({ explainedThreshold: 0.9, explainedMargin: 0, confidence: 0.9 });
    const environment = { EXPLAINED_THRESHOLD: '0.8', EXPLAINED_MARGIN: '0.1', CONFIDENCE: '0.99' };
    expect(read('counterfactual', environment)).toMatchObject({
      explainedThreshold: 0.8,
      explainedMargin: 0.1,
      confidence: 0.99,
    });
  });

  it('takes a folder by its path or its URI', () => {
    const of = (given: string) => (read(`concordance --record ${given}`) as ConcordanceSettings).record;
    expect(['out/answers', '/out', 'file:///out/a%20b'].map(of)).toEqual(['out/answers', '/out', '/out/a b']);
  });

  it.each(['0', 'none', 'null', 'NONE'])('take %s for no cap', (text) => {
    expect(rules(`--max-artifacts-per-agent ${text}`).maxArtifactsPerAgent).toBeNull();
  });

  it.each([
    ['true', true],
    ['1', true],
    [' YES ', true],
    ['false', false],
    ['0', false],
    ['No', false],
    ['', false],
  ])('read a boolean %j as %s', (text, value) => {
    expect(read('counterfactual', { DRY_RUN: text }).dryRun).toBe(value);
    expect(read('counterfactual', { DRY_RUN_LLM: text }).dryRunLlm).toBe(value);
  });

  it('take anything else in DRY_RUN_LLM for false, and refuse it elsewhere', () => {
    expect(read('counterfactual', { DRY_RUN_LLM: 'maybe' }).dryRunLlm).toBe(false);
    expect(complaint('counterfactual', { DRY_RUN: 'maybe' })).toMatch(/^DRY_RUN: expected .*found "maybe"$/);
  });

  it('read times with offsets, and dates and times without one as UTC', () => {
    const at = (text: string) => read(`counterfactual --end-time-iso ${text}`).endTime.toISOString();
    expect(at('2026-05-16')).toBe('2026-05-16T00:00:00.000Z');
    expect(at('2026-05-16T10:30:00+02:00')).toBe('2026-05-16T08:30:00.000Z');
    expect(at('2026-05-16T10:30:00')).toBe('2026-05-16T10:30:00.000Z');
  });

  it.each([
    ['', 'a job'],
    ['nonsense', 'found "nonsense"'],
    ['counterfactual concordance', 'second word "concordance"'],
    ['counterfactual --windowdays 3', 'windowdays'],
    ['counterfactual --windowDays 3', 'windowDays'],
    ['counterfactual --window-days', 'window-days'],
    ['counterfactual --window-days x', 'found "x"'],
    ['counterfactual --window-days 0', 'from 1 to'],
    ['counterfactual --window-days=-1', 'found "-1"'],
    ['counterfactual --window-days 3 --window-days 4', 'more than one'],
    ['counterfactual --max-depth 2.5', 'found "2.5"'],
    ['counterfactual --explained-threshold 85', '--explained-threshold: expected a number from 0.01 to 0.99'],
    ['counterfactual --explained-margin 1', 'found "1"'],
    ['counterfactual --explained-margin=', '--explained-margin: expected a value, found none'],
    ['counterfactual --dry-run=', '--dry-run: expected a value, found none'],
    ['counterfactual --dry-run --dry-run=', '--dry-run: expected a value, found none'],
    ['counterfactual --dry-run=\n', '--dry-run: expected a value, found none'],
    ['counterfactual --dry-run=false --dry-run', '--dry-run: expected true, 1, yes'],
    ['counterfactual --dry-run=yes --dry-run=no', 'found more than one value'],
    ['concordance --recordings s3://bucket/answers', '--recordings: expected a folder, or its file:// URI'],
    ['concordance --record https://host/answers', '--record: expected a folder, or its file:// URI'],
    ['concordance --record file:answers', '--record: expected a folder, or its file:// URI'],
    ['counterfactual --confidence 0.9999', 'from 0.5 to 0.999'],
    ['counterfactual --agents ,', 'expected a family'],
    ['counterfactual --agents ic_cio,nobody', 'found "nobody"'],
    ['counterfactual --end-time-iso 2026-02-30', 'that exists'],
    ['counterfactual --end-time-iso yesterday', 'ISO 8601'],
    ['counterfactual --corpus http://x/y', 'expected s3://bucket/prefix or file:///dir'],
    ['counterfactual --out /tmp/out', 'found "/tmp/out"; did you mean file:///tmp/out?'],
    [
      'counterfactual --corpus s3://bucket/in\u200b',
      'without control characters, found "s3://bucket/in\u200b"',
    ],
    ['counterfactual -dry-run=', 'two dashes, found -dry-run=; did you mean --dry-run=?'],
    ['counterfactual --run-key a\u202eb', 'letters, digits'],
    ['concordance --target-models m\u2028x', 'a model id'],
    ['counterfactual --corpus file:///c\u0007d', 'without control characters, found "file:///c\\u0007d"'],
    ['counterfactual --agents ic_cio\u0000', '--agents: expected a family'],
    ['counterfctual', 'found "counterfctual"; did you mean counterfactual?'],
    ['counterfactual --agents ic_coi', 'found "ic_coi"; did you mean ic_cio?'],
    ['concordance --transport batch', 'found "batch"; did you mean batches?'],
    [
      'concordance --target-model x',
      'found one of single; did you mean --target-models? see concordance --help',
    ],
    ['report --window-days 3', '--window-days: expected a flag that report uses'],
    ['counterfactual --features new', 'one of captured, original'],
    ['counterfactual --dry-run=maybe', 'found "maybe"'],
    ['counterfactual --run-key a/b', '--run-key'],
    ['concordance --transport recorded', '--recordings'],
    ['concordance --max-cost-usd -1', '--max-cost-usd'],
    ['concordance --stop-when-sure --transport batches', '--stop-when-sure'],
    ['concordance --target-models openai/flash --transport batches', 'expected models of Anthropic'],
    ['concordance --target-models openai/', 'expected a name behind openai/, found none'],
    ['concordance --stop-error 0', '--stop-error: expected a number'],
    ['concordance --interchangeable-threshold 90', '--interchangeable-threshold: expected a number'],
    ['concordance --target-models a:b,a/b --allow-unpriced', '--target-models'],
    ['concordance --ceiling many', '--ceiling: expected a whole number'],
    ['single', '--artifact-key'],
  ])('refuse "%s" in one line', (words, why) => {
    expect(complaint(words)).toContain(why);
  });

  it.each(['concordance', 'single --artifact-key x', 'concordance --transport batches'])(
    'refuse credentials in the address of the service, for jobs that use it: %s',
    (words) => {
      const environment = { ANTHROPIC_BASE_URL: 'https://user:sesame@gateway.example' };
      expect(complaint(words, environment)).toMatch(/^ANTHROPIC_BASE_URL: expected .* without credentials/);
      expect(complaint(words, environment)).not.toContain('sesame');
      expect(() => read('counterfactual', environment)).not.toThrow();
    },
  );

  it('name a bad value by where it was given', () => {
    expect(complaint('counterfactual', { AGENTS: '' })).toMatch(/^AGENTS: expected a family/);
    expect(complaint('counterfactual --agents x')).toMatch(/^--agents: expected a family/);
    expect(complaint('counterfactual', { S3_BUCKET: 'Upper Case' })).toMatch(
      /^S3_BUCKET: expected a bucket name/,
    );
  });
});

describe('URIs', () => {
  it.each([' ', '\n', '\r\n', '\t'])('lose %j at their ends', (blank) => {
    const environment = { CORPUS_URI: `${blank}s3://bucket/corpus${blank}`, OUT_URI: `file:///out${blank}` };
    expect(read('counterfactual', environment)).toMatchObject({
      corpus: 's3://bucket/corpus',
      out: 'file:///out',
    });
  });
});

describe('help', () => {
  it.each(JOBS)('of %s shows the settings of that job alone', async (job) => {
    const help = await helpText([job, '--help']);
    const shown = [...help.matchAll(/^ +--([a-z-]+) /gm)].map(([, flag]) => flag);
    const own = FLAGS.filter(({ jobs }) => jobs.includes(job)).map(({ flag }) => flag);
    expect(shown.sort()).toEqual(own.sort());
  });

  it.each(JOBS)('of %s is one screen: 50 lines of 100 columns', async (job) => {
    const { columns } = process.stdout;
    process.stdout.columns = 100;
    const lines = (await helpText([job])).split('\n');
    process.stdout.columns = columns;
    expect(lines.length).toBeLessThanOrEqual(50);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  it('shows every flag with its environment name and default', async () => {
    const help = (await helpText([])).replace(/\s+/g, ' ');
    for (const { flag, env, default: fallback, given } of DEFINITIONS) {
      if (given === undefined) expect(help).toContain(`--${flag} `);
      if (env) expect(help).toContain(env);
      if (fallback && given === undefined) expect(help).toContain(`[default: ${fallback}]`);
    }
  });
});
