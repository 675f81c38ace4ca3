import { SubmitJobRequest$ } from '@aws-sdk/client-batch';
import { describe, expect, it } from 'vitest';
import { resultKey } from '../../src/results/envelope.ts';
import { DEFINITIONS } from '../../src/settings/schema.ts';
import { JOBS } from '../../src/settings/setting.ts';
import type { Json } from '../e2e/program.ts';
import { fileOf, VALUES } from './files.ts';
import { faultsOf } from './service-model.ts';

const machine = fileOf('state-machine.json');
const states: [string, Json][] = Object.entries(machine.States);
const submissions = states.filter(([, { Resource }]) => Resource === 'arn:aws:states:::batch:submitJob.sync');

/** Every state that a state may go to. */
function nextOf({ Next, Default, Choices = [], Catch = [] }: Json): string[] {
  return [Next, Default, ...[...Choices, ...Catch].map((one: Json) => one.Next)].filter(Boolean);
}

/** Parameters as Step Functions passes them on: names in camelCase, what is computed as some text or number. */
function asRequest(parameters: Json): Json {
  if (Array.isArray(parameters)) return parameters.map(asRequest);
  if (typeof parameters !== 'object') return parameters;
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const plain = name.replace(/\.\$$/, '');
      const passed = plain === name ? asRequest(value) : plain === 'Size' ? 2 : 'text';
      return [plain.charAt(0).toLowerCase() + plain.slice(1), passed];
    }),
  );
}

describe('the state machine', () => {
  it('has states that are all reached, and reaches none that is not there', () => {
    const named = new Set([machine.StartAt, ...states.flatMap(([, state]) => nextOf(state))]);
    expect([...named].sort()).toEqual(states.map(([name]) => name).sort());
  });

  it('catches whatever a task meets, and lets none last for ever', () => {
    const tasks = states.filter(([, { Type }]) => Type === 'Task');
    expect(tasks.length).toBeGreaterThan(0);
    for (const [, { Catch, TimeoutSeconds, ResultPath }] of tasks) {
      expect(Catch).toHaveLength(1);
      expect(Catch[0].ErrorEquals).toEqual(['States.ALL']);
      expect(Catch[0].ResultPath).toMatch(/^\$\.\w+_error$/);
      expect(TimeoutSeconds).toBeGreaterThan(0);
      // A task without one would put its result in the place of the state.
      expect(ResultPath === null || /^\$\.\w+$/.test(ResultPath)).toBe(true);
    }
  });

  it('retries nothing but what Batch itself failed at', () => {
    const retries = states.flatMap(([, { Retry = [] }]) => Retry.flatMap((one: Json) => one.ErrorEquals));
    expect(new Set(retries.map((name) => name.split('.')[0]))).toEqual(new Set(['Batch']));
  });

  it('runs concordance before counterfactual', () => {
    expect(machine.States.CheckSkipReplayConcordance.Choices[0].Next).toBe('CheckSkipCounterfactual');
    const order = submissions.map(([name]) => name);
    expect(order.filter((name) => !name.endsWith('Shares'))).toEqual(['ReplayConcordance', 'Counterfactual']);
  });
});

describe.each(submissions)('%s', (name, { Parameters }) => {
  it('is in the shape that SubmitJob takes', () => {
    expect(faultsOf(SubmitJobRequest$, asRequest(Parameters))).toEqual([]);
  });

  it('carries settings that the program has', () => {
    const known = [...DEFINITIONS.map(({ env }) => env), 'ARRAY_SIZE'];
    const environment: Json[] = Parameters.ContainerOverrides.Environment;
    for (const { Name } of environment) expect(known).toContain(Name);
    expect(JOBS).toContain(environment.find(({ Name }) => Name === 'REPLAY_JOB').Value);
  });

  it('is an array exactly when it is of shares', () => {
    expect('ArrayProperties' in Parameters).toBe(name.endsWith('Shares'));
  });
});

describe.each([
  ['ReplayConcordance', 'concordance'],
  ['Counterfactual', 'counterfactual'],
])('the result of %s', (state, job) => {
  it('is the small file beside the result object of this execution, whole below the limit of a state', () => {
    const read = machine.States[`Read${state}Result`].Parameters;
    const [, template] = /^States\.Format\('(.*)', \$\$\.Execution\.Name\)$/.exec(read['Key.$']) ?? [];
    const result = `decision_artifacts/${resultKey('{}', job)}`;
    expect(template).toBe(result.replace(/\.json$/, '.summary.json'));
    expect(read.Bucket).toBe(VALUES.BUCKET);
    expect(read.Range).toBe(`bytes=0-${64 * 1024 - 1}`);
  });
});
