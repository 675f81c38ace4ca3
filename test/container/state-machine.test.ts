// @ts-expect-error: it brings no types
import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { envelopeKey } from '../../src/results/envelope.ts';
import { DEFINITIONS } from '../../src/settings/schema.ts';
import type { Json } from '../e2e/program.ts';
import { resourcesOf, stateMachine } from './template.ts';

const machine = stateMachine();
const inner = machine.States.Jobs.ItemProcessor;
const definitions: [string, Json][] = [
  ['the state machine', machine],
  ['the check of age', resourcesOf().AgeCheck.Properties.Definition],
];

describe.each(definitions)('%s', (_, definition) => {
  it('is valid; a planted fault would be found', () => {
    expect(validate(definition)).toMatchObject({ isValid: true });
    expect(validate({ ...definition, StartAt: 'Nowhere' })).toMatchObject({ isValid: false });
  });
});

it.each([
  ['outer', machine],
  ['inner', inner],
])('reaches all its %s states', (_, { StartAt, States }: Json) => {
  const named = Object.values<Json>(States).flatMap(({ Next, Default, Choices = [], Catch = [] }) =>
    [Next, Default, ...[...Choices, ...Catch].map((one: Json) => one.Next)].filter(Boolean),
  );
  expect([...new Set([StartAt, ...named])].sort()).toEqual(Object.keys(States).sort());
});

it('catches whatever a task meets, and lets none last for ever', () => {
  for (const name of ['Shares', 'Run', 'Read']) {
    const { Catch, TimeoutSeconds } = inner.States[name];
    expect(Catch.map(({ ErrorEquals }: Json) => ErrorEquals)).toEqual([['States.ALL']]);
    expect(TimeoutSeconds).toBeGreaterThan(0);
  }
});

it('reads S3 again when a read fails', () => {
  const states = [...definitions.map(([, { States }]) => States), inner.States];
  const reads = states
    .flatMap((all) => Object.entries<Json>(all))
    .filter(([, { Resource = '' }]) => Resource.includes(':aws-sdk:s3:'));
  expect(reads.map(([name]) => name)).toEqual(['Look', 'Read']);
  for (const [, { Retry = [] }] of reads) {
    const others = Retry.find(({ ErrorEquals }: Json) => ErrorEquals.includes('States.ALL'));
    expect(others?.MaxAttempts).toBeGreaterThan(0);
  }
});

it('passes on settings that the program has', () => {
  const known = DEFINITIONS.map(({ env }) => env);
  for (const name of Object.values(machine.States.Input.Assign.settings)) expect(known).toContain(name);
});

it('reads the envelope where the program writes it, below the limit of a state', () => {
  const { Key, Range } = inner.States.Read.Arguments;
  const written = `'decision_artifacts/${envelopeKey("' & $run_key & '", "' & $job.name & '")}'`;
  expect(Key).toBe(`{% ${written} %}`);
  expect(Range).toBe('bytes=0-65535');
});

it('has variables inside that do not hide those outside', () => {
  const assigned = (states: Json) =>
    Object.values<Json>(states).flatMap(({ Assign = {} }) => Object.keys(Assign));
  const outer = assigned(machine.States);
  for (const name of assigned(inner.States)) expect(outer).not.toContain(name);
});
