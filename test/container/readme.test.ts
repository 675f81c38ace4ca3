// @ts-expect-error: it brings no types
import validate from 'asl-validator';
import { expect, it } from 'vitest';
import { commandsOf } from './readme.ts';
import { resourcesOf, stateMachine, textOf } from './template.ts';

const readme = textOf('README.md');

it('the README passes on parameters that the template has', () => {
  const used = commandsOf(readme).flatMap((block) =>
    [...block.matchAll(/ ([A-Z]\w+)=/g)].map(([, name]) => name),
  );
  const own = ['STACK', 'BUCKET', 'ARCHITECTURE', 'AWS_REGION', 'AWS_DEFAULT_REGION'];
  const parameters = [...textOf('template.yaml').matchAll(/^ {2}(\w+):\n {4}Type: (?!AWS::\w+::\w+$)/gm)].map(
    ([, name]) => name,
  );
  expect(parameters).toContain('Image');
  for (const name of used) expect([...own, ...parameters, 'Name', 'Values']).toContain(name);
});

it('the README has a row for every key of the input', () => {
  const { settings, flags, others } = stateMachine().States.Input.Assign;
  const rows = [...readme.matchAll(/^\| (`[a-z_`, or]+) \|/gm)].map(([, cell]) => cell).join(' ');
  const keys = [...Object.keys(settings), ...flags, ...others].filter((key) => key === key.toLowerCase());
  expect(new Set(rows.match(/[a-z]\w*_\w+|agents/g))).toEqual(new Set(keys));
});

it('nothing is made twice: the definitions differ in their names and in the model alone', () => {
  const { ConcordanceDefinition: one, CounterfactualDefinition: other } = resourcesOf();
  const { Secrets, ...container } = one.Properties.ContainerProperties;
  expect(Secrets).toHaveLength(1);
  expect({ ...one.Properties, ContainerProperties: container, JobDefinitionName: '' }).toEqual({
    ...other.Properties,
    JobDefinitionName: '',
  });
});

it('the task that nests the machine in another is valid', () => {
  const [, task = ''] = /```json\n(.*?)```/s.exec(readme) ?? [];
  const machineOf = (nested: object) => ({
    QueryLanguage: 'JSONata',
    StartAt: 'Nested',
    States: { Nested: { ...nested, End: true } },
  });
  expect(validate(machineOf(JSON.parse(task)))).toMatchObject({ isValid: true });
  expect(validate(machineOf({ ...JSON.parse(task), Argument: {} }))).toMatchObject({ isValid: false });
});
