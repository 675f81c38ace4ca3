import { describe, expect, it } from 'vitest';
import { attemptsOf, attemptText, exitCodeOf } from '../../scripts/submit/attempts.ts';
import { jobUrl } from '../../scripts/submit/console.ts';
import { pauseMs } from '../../scripts/submit/follow.ts';
import { readOptions } from '../../scripts/submit/options.ts';
import { overridesOf, settingsInContainer } from '../../scripts/submit/overrides.ts';
import { requestsFor } from '../../scripts/submit/requests.ts';
import { FLAGS } from '../../src/settings/schema.ts';
import { JOBS } from '../../src/settings/setting.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { attempt, EXITED, SPOT } from '../servers/batch-api.ts';

const NOW = new Date('2026-07-11T09:00:30.123Z');
const NEEDED = ['--queue', 'q', '--definition', 'd'];

describe('the command line', () => {
  it('is parted into the options of the script and those of the job', () => {
    const argv = ['counterfactual', '--queue=q', '--agents', 'ic_cio', '--definition', 'd', '--array', '7'];
    const { options, jobArgv } = readOptions([...argv, '--wait', '--max-depth=2', '--logs']);
    expect(options).toEqual({
      queue: 'q',
      definition: 'd',
      array: 7,
      wait: true,
      logs: true,
      dryRun: false,
    });
    expect(jobArgv).toEqual(['counterfactual', '--agents', 'ic_cio', '--max-depth=2']);
  });

  it('gives the job what stands behind --, a dry run too', () => {
    const { options, jobArgv } = readOptions(['counterfactual', ...NEEDED, '--', '--dry-run']);
    expect(options.dryRun).toBe(false);
    expect(jobArgv).toEqual(['counterfactual', '--dry-run']);
  });

  it.each([
    [['--queue', 'q'], '--definition: expected a value, found none'],
    [['--definition', 'd', '--queue'], '--queue: expected a value, found none'],
    [[...NEEDED, '--array', '0'], '--array: expected a whole number from 1 to 10000, found "0"'],
    [[...NEEDED, '--array', '10001'], 'found "10001"'],
    [
      [...NEEDED, '--queue', 'r'],
      '--queue: expected the name or ARN of a job queue, found more than one value',
    ],
    [[...NEEDED, '--wait=maybe'], '--wait: expected true'],
  ])('%j is refused', (argv, message) => {
    expect(() => readOptions(['counterfactual', ...argv])).toThrow(message);
  });
});

describe('what the container is told', () => {
  /** One good value for every option of the program. */
  const VALUES: Readonly<Record<string, string>> = {
    corpus: 's3://bucket/corpus',
    out: 's3://bucket/out',
    'end-time-iso': '2026-07-10',
    agents: 'ic_cio,macro_economist',
    features: 'original',
    'target-models': 'claude-haiku-4-5',
    transport: 'recorded',
    structured: 'tool',
    recordings: 'dir',
    record: 'other',
    metrics: 'none',
    'run-key': 'by-hand',
    'artifact-key': 'a b/c.json',
    'target-model': 'claude-haiku-4-5',
    'explained-threshold': '0.8',
    'explained-margin': '0.1',
    confidence: '0.9',
    'interchangeable-threshold': '0.7',
    'stop-error': '0.1',
    'max-lost-share': '0.1',
    prices: 's3://bucket/prices.json',
    price: 'openai/flash=0.44/1.32',
    'model-alias': 'gpt-4o=openai/gpt-4o',
  };

  it.each(JOBS)('of %s means what the same command line means', (job) => {
    const options = FLAGS.filter(({ jobs }) => jobs.includes(job));
    const argv = options.map(({ flag, takes }) => {
      if (takes === 'boolean') return `--${flag}`;
      return `--${flag}=${VALUES[flag] ?? '7'}`;
    });
    const { command, environment } = overridesOf([job, ...argv], NOW);
    const expected = readSettings([job, ...argv], {}, NOW);
    expect(readSettings(command, environment, new Date())).toEqual(expected);
    const without = ['--artifact-key=a b/c.json', '--target-model=claude-haiku-4-5', '--no-persist=true'];
    expect(command).toEqual([job, ...(job === 'single' ? without : [])]);
    expect(environment).toMatchObject({ REPLAY_JOB: job, END_TIME_ISO: '2026-07-10', DRY_RUN: 'true' });
  });

  it('joins what is repeated, and keeps a boolean that is turned off', () => {
    const argv = ['counterfactual', '--agents', 'ic_cio', '--agents', 'macro_economist', '--no-cache=no'];
    expect(overridesOf(argv, NOW).environment).toEqual({
      REPLAY_JOB: 'counterfactual',
      AGENTS: 'ic_cio,macro_economist',
      NO_CACHE: 'no',
      END_TIME_ISO: NOW.toISOString(),
    });
  });

  it('takes effect over the environment of the job definition', () => {
    const overrides = overridesOf(['counterfactual', '--max-depth', '2'], NOW);
    const environment = { OUT_URI: 's3://bucket/out', MAX_DEPTH: '5', END_TIME_ISO: '2001-01-01' };
    const settings = settingsInContainer(overrides, { name: 'd:1', environment }, new Date());
    expect(settings).toMatchObject({ out: 's3://bucket/out', maxDepth: 2, endTime: NOW });
  });

  it('is refused with a job definition whose environment is not usable', () => {
    const definition = { name: 'd:1', environment: { WINDOW_DAYS: 'many' } };
    expect(() => settingsInContainer(overridesOf(['counterfactual'], NOW), definition, NOW)).toThrow(
      'job definition d:1: WINDOW_DAYS: expected a whole number',
    );
  });
});

describe('requests', () => {
  const requests = (size: number, runKey = '2607110900', environment = {}) =>
    requestsFor({
      ...{ job: 'counterfactual', runKey, queue: 'q', definition: 'd:1', size },
      overrides: { command: ['x'], environment },
    });

  it('of size 1 are one plain job', () => {
    expect(requests(1).map(({ role, input }) => [role, input.arrayProperties, input.jobName])).toEqual([
      ['plain', undefined, 'replay-counterfactual-2607110900'],
    ]);
  });

  it('of size 2 are an array and its fold', () => {
    expect(requests(2).map(({ role, input }) => [role, input.arrayProperties, input.jobName])).toEqual([
      ['array', { size: 2 }, 'replay-counterfactual-2607110900-array'],
      ['fold', undefined, 'replay-counterfactual-2607110900-fold'],
    ]);
  });

  it('carry the run key, and at most what Batch takes', () => {
    for (const { input } of requests(2, 'by:hand')) {
      expect(input).toMatchObject({
        tags: { application: 'replay-batch', run_key: 'by:hand' },
        propagateTags: true,
      });
    }
    expect(() => requests(1, 'k', { AGENTS: 'x'.repeat(8192) })).toThrow(
      /^expected settings of at most 8192 characters, found 82\d\d; Batch/,
    );
  });

  it('have names that Batch takes, whatever the run key', () => {
    for (const { input } of [
      ...requests(1, `r-a:b=c@d+.${'x'.repeat(200)}`),
      ...requests(2, 'x'.repeat(200)),
    ]) {
      expect(input.jobName).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/);
    }
  });
});

describe('attempts', () => {
  const job = { jobId: 'i', jobName: 'n', jobQueue: 'q', jobDefinition: 'd', startedAt: 1 };

  it('that Spot ended are no failures, whatever their exit code', () => {
    const attempts = attemptsOf({
      ...job,
      status: 'RUNNING',
      attempts: [attempt(143, SPOT), attempt(75, EXITED), attempt(undefined, SPOT), { startedAt: 3 }],
    });
    expect(attempts.map(({ exit_code, spot }) => [exit_code, spot])).toEqual([
      [143, true],
      [75, false],
      [null, true],
    ]);
    expect(attempts.map(attemptText)).toEqual([
      `interrupted by Spot, exit 143 (${SPOT})`,
      `failed, exit 75 (${EXITED})`,
      `interrupted by Spot, no exit code (${SPOT})`,
    ]);
  });

  it.each([
    ['SUCCEEDED', [attempt(143, SPOT), attempt(0, EXITED)], 0],
    ['FAILED', [attempt(143, SPOT), attempt(75, EXITED)], 75],
    ['FAILED', [attempt(undefined, 'CannotPullContainerError')], 1],
    ['FAILED', [attempt(0, EXITED)], 1],
    ['FAILED', [], 1],
  ] as const)('of a job %s %j give its exit code', (status, attempts, code) => {
    expect(exitCodeOf({ ...job, status, attempts: [...attempts] })).toBe(code);
  });
});

describe('polls', () => {
  it('come within seconds at first, then ever less often, never in step', () => {
    const pauses = Array.from({ length: 40 }, (_, polls) => pauseMs(polls, 0.5));
    expect(pauses[0]).toBe(2_000);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(pauses.at(-1)).toBe(30_000);
    expect([pauseMs(40, 0), pauseMs(40, 0.999)].map(Math.round)).toEqual([22_500, 37_485]);
  });
});

describe('console links', () => {
  it.each([
    ['eu-west-1', 'https://eu-west-1.console.aws.amazon.com/batch/home?region=eu-west-1#jobs/detail/id'],
    [
      'us-gov-west-1',
      'https://us-gov-west-1.console.amazonaws-us-gov.com/batch/home?region=us-gov-west-1#jobs/detail/id',
    ],
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/batch/home?region=cn-north-1#jobs/detail/id'],
  ])('%s', (region, url) => {
    expect(jobUrl(region, 'plain', 'id')).toBe(url);
    expect(jobUrl(region, 'array', 'id')).toBe(url.replace('detail', 'array-job'));
  });
});
