import { describe, expect, it } from 'vitest';
import { type Json, run, temporaryFolder } from '../e2e/program.ts';
import { matchesEvent } from './event-pattern.ts';
import { PARAMETERS, resourcesOf } from './template.ts';

const RULES = ['JobFailed', 'ExecutionFailed', 'ExecutionDegraded'];
const resources = resourcesOf();
const { ErrorLines, ErrorAlarm } = resources;

const PLACE = {
  version: '0',
  id: 'c8f9c4b5-76e5-d76a-f980-7011e206042b',
  account: '123456789012',
  region: 'us-east-1',
};

/** An event of a job, as Batch sends it. */
function jobEvent(detail: object): Json {
  const arn = 'arn:aws:batch:us-east-1:123456789012:job/4c7599ae-0a82-49aa-ba5a-4727fcce14a8';
  return {
    ...PLACE,
    'detail-type': 'Batch Job State Change',
    source: 'aws.batch',
    time: '2026-11-28T09:12:40Z',
    resources: [arn],
    detail: {
      jobArn: arn,
      jobName: 'replay-concordance-first',
      jobId: '4c7599ae-0a82-49aa-ba5a-4727fcce14a8',
      jobQueue: 'arn:aws:made:JobQueue',
      status: 'FAILED',
      statusReason: 'Essential container in task exited',
      attempts: [{ container: { exitCode: 1 }, statusReason: 'Essential container in task exited' }],
      jobDefinition: 'arn:aws:batch:us-east-1:123456789012:job-definition/replay-batch-concordance:1',
      container: { exitCode: 1, environment: [{ name: 'REPLAY_JOB', value: 'concordance' }] },
      tags: { application: 'replay-batch' },
      ...detail,
    },
  };
}

/** An event of an execution, as Step Functions sends it: input and output are text. */
function executionEvent(detail: object): Json {
  const arn = 'arn:aws:states:us-east-1:123456789012:execution:replay-batch:first';
  return {
    ...PLACE,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    time: '2026-11-28T09:12:42Z',
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: 'arn:aws:made:StateMachine',
      name: 'first',
      status: 'SUCCEEDED',
      startDate: 1795856400101,
      stopDate: 1795857162122,
      input: '{"max_cost_usd":5}',
      inputDetails: { included: true },
      output: null,
      outputDetails: null,
      error: null,
      cause: null,
      ...detail,
    },
  };
}

const CLEAN = {
  run_key: 'first',
  counterfactual_result: { envelope: { status: 'OK', summary: { complete: true } } },
};
const DEGRADED = { ...CLEAN, research_degraded_local: true, degraded: ['concordance ended PARTIAL'] };
const QUOTING = { ...CLEAN, note: JSON.stringify(DEGRADED) };
const succeeded = (output: string) => executionEvent({ output, outputDetails: { included: true } });

const EVENTS: [string, string[], Json][] = [
  ['a job that failed', ['JobFailed'], jobEvent({})],
  ['an array that failed', ['JobFailed'], jobEvent({ arrayProperties: { size: 3 } })],
  ['a child of an array that failed', [], jobEvent({ arrayProperties: { index: 1 } })],
  ['a job that succeeded', [], jobEvent({ status: 'SUCCEEDED' })],
  ['a job that runs', [], jobEvent({ status: 'RUNNING' })],
  ['a job of another queue', [], jobEvent({ jobQueue: 'arn:aws:made:OtherQueue' })],
  ['a queue that is blocked', [], { ...jobEvent({}), 'detail-type': 'Batch Job Queue Blocked' }],
  ['the like of another source', [], { ...jobEvent({}), source: 'aws.ecs' }],
  ...['FAILED', 'TIMED_OUT', 'ABORTED'].map((status): [string, string[], Json] => [
    `an execution that is ${status}`,
    ['ExecutionFailed'],
    executionEvent({ status, error: 'Degraded', cause: 'concordance ended PARTIAL' }),
  ]),
  [
    'a check of age that failed',
    ['ExecutionFailed'],
    executionEvent({ status: 'FAILED', stateMachineArn: 'arn:aws:made:AgeCheck' }),
  ],
  [
    'an execution of another machine that failed',
    [],
    executionEvent({ status: 'FAILED', stateMachineArn: 'arn:aws:made:Other' }),
  ],
  ['an execution that runs', [], executionEvent({ status: 'RUNNING', stopDate: null })],
  ['an execution that is degraded', ['ExecutionDegraded'], succeeded(JSON.stringify(DEGRADED))],
  ['one whose output has blanks', ['ExecutionDegraded'], succeeded(JSON.stringify(DEGRADED, null, 1))],
  ['an execution that is not degraded', [], succeeded(JSON.stringify(CLEAN))],
  ['one whose output quotes a degraded one', [], succeeded(JSON.stringify(QUOTING))],
  [
    'a check of age that is like a degraded run',
    [],
    executionEvent({ stateMachineArn: 'arn:aws:made:AgeCheck', output: JSON.stringify(DEGRADED) }),
  ],
];

it.each(EVENTS)('of %s tells %j', (_, told, event) => {
  const matching = RULES.filter((rule) => matchesEvent(resources[rule].Properties.EventPattern, event));
  expect(matching).toEqual(told);
});

describe('the filter of the log', () => {
  it('counts the lines in which a run logs an error, and no other', async () => {
    const { uri } = await temporaryFolder();
    const runs = [
      await run(['counterfactual', '--corpus', uri, '--max-depth', 'deep']),
      await run(['counterfactual', '--corpus', `${uri}/none`, '--out', uri, '--metrics', 'none']),
    ];
    for (const { stderr, stdout, envelope } of runs) {
      const lines = stderr.trimEnd().split('\n');
      const counted = lines.filter((line) => isCounted(line));
      expect(counted.map((line) => JSON.parse(line).msg)).toEqual([envelope.error]);
      expect(isCounted(stdout)).toBe(false);
    }
    const levels = runs.flatMap(({ stderr }) =>
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).level),
    );
    expect(levels).toContain('info');
  });

  it('feeds the alarm, which tells the topic', () => {
    const [{ MetricNamespace, MetricName }] = ErrorLines.Properties.MetricTransformations;
    expect(ErrorAlarm.Properties).toMatchObject({ Namespace: MetricNamespace, MetricName });
    expect(ErrorAlarm.Properties.AlarmActions).toEqual(['arn:aws:made:Topic']);
    expect(ErrorLines.Properties.LogGroupName).toBe('arn:aws:made:LogGroup');
  });
});

/** Whether the metric filter counts a line. Throws on patterns other than texts of fields, one of which is to match. */
function isCounted(line: string): boolean {
  const [, inner] = /^\{ (.*) \}$/.exec(ErrorLines.Properties.FilterPattern) as string[];
  return `${inner}`.split(' || ').some((term) => {
    const [, field, value] = /^\$\.(\w+) = "(\w+)"$/.exec(term) ?? [];
    if (!field) throw new Error(`no term that is known: ${term}`);
    return JSON.parse(line)[field] === value;
  });
}

it('all that is told goes to the topic', () => {
  for (const rule of RULES)
    expect(resources[rule].Properties.Targets).toMatchObject([{ Arn: 'arn:aws:made:Topic' }]);
});

/** What starts or tells something: rules and schedules that are enabled, and what there is of filters and alarms. */
function active(parameters: object): string[] {
  const found = Object.entries(resourcesOf({ ...PARAMETERS, ...parameters })).filter(
    ([, { Type, Properties }]) =>
      /::(MetricFilter|Alarm)$/.test(Type) ||
      (/::(Rule|Schedule)$/.test(Type) && Properties.State === 'ENABLED'),
  );
  return found.map(([name]) => name);
}

it.each([
  ['TellFailures', RULES],
  ['TellErrors', ['ErrorLines', 'ErrorAlarm']],
  ['TellAge', ['AgeSchedule']],
  ['ScheduleState', ['Schedule']],
])('%s switches off %j and nothing else', (parameter, switched) => {
  const all = active({});
  expect(all).toEqual(expect.arrayContaining(switched));
  expect(active({ [parameter]: 'DISABLED' })).toEqual(all.filter((name) => !switched.includes(name)));
});
