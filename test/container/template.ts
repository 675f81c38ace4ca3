import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, type ScalarTag } from 'yaml';
import type { Json } from '../e2e/program.ts';

const FOLDER = fileURLToPath(new URL('../../container', import.meta.url));
const FUNCTIONS = ['Sub', 'If', 'Not', 'Equals', 'GetAtt'];

/** A file of container/. */
export function textOf(path: string): string {
  return readFileSync(`${FOLDER}/${path}`, 'utf8');
}

/** A deployment with all that is optional; the region is us-east-1, the account 123456789012. */
export const PARAMETERS = {
  Bucket: 'my-bucket',
  Image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/replay-batch:1',
  Subnets: ['subnet-1', 'subnet-2'],
  SecurityGroups: ['sg-1'],
  ModelKeySecret: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:replay-batch-AbCdEf',
  KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/k',
  AlarmEmail: 'operator@example.com',
};

/** The resources of the template, by name, their functions evaluated. */
export function resourcesOf(parameters: Json = PARAMETERS): Record<string, Json> {
  const { Parameters, Conditions, Resources } = template();
  const defaults = Object.entries<Json>(Parameters).map(([name, { Default }]) => [name, Default]);
  const values = new Map<string, Json>([
    ...Object.keys(Resources).map((name) => [name, `arn:aws:made:${name}`] as const),
    ...(defaults as [string, Json][]),
    ...Object.entries<Json>(parameters),
    ['AWS::Partition', 'aws'],
    ['AWS::Region', 'us-east-1'],
    ['AWS::AccountId', '123456789012'],
    ['AWS::StackName', 'replay-batch'],
    ['AWS::NoValue', undefined],
  ]);
  const functions: Record<string, (argument: Json) => Json> = {
    Ref: (name) => values.get(name),
    'Fn::GetAtt': ([name]) => values.get(name),
    'Fn::Sub': (text) => text.replaceAll(/\$\{([\w:]+)\}/g, (_: string, name: string) => values.get(name)),
    'Fn::If': ([condition, yes, no]) => evaluate(evaluate(Conditions[condition]) ? yes : no),
    'Fn::Not': ([value]) => !evaluate(value),
    'Fn::Equals': ([left, right]) => evaluate(left) === evaluate(right),
  };
  const evaluate = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(evaluate).filter((one) => one !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument] = ['', undefined], ...more] = Object.entries(value);
    const known = more.length === 0 ? functions[name] : undefined;
    if (known) return known(argument);
    const entries = Object.entries(value).map(([key, one]) => [key, evaluate(one)]);
    return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
  };
  const kept = Object.entries<Json>(Resources).filter(
    ([, { Condition }]) => !Condition || evaluate(Conditions[Condition]),
  );
  return Object.fromEntries(kept.map(([name, resource]) => [name, evaluate(resource)]));
}

/** The definition of the state machine, its substitutions made. */
export function stateMachine(): Json {
  const substitutions = resourcesOf().StateMachine.Properties.DefinitionSubstitutions;
  return JSON.parse(textOf('state-machine.json').replace(/\$\{(\w+)\}/g, (_, name) => substitutions[name]));
}

function template(): Json {
  const tags = FUNCTIONS.flatMap((name) => tagsOf(`!${name}`, `Fn::${name}`));
  return parse(textOf('template.yaml'), { customTags: [...tagsOf('!Ref', 'Ref'), ...tags] });
}

/** The short form of a function, over a scalar and over a list. */
function tagsOf(tag: string, name: string): ScalarTag[] {
  const scalar = {
    tag,
    resolve: (text: string) => ({ [name]: name === 'Fn::GetAtt' ? text.split('.') : text }),
  };
  const list = { tag, collection: 'seq', resolve: (items: Json) => ({ [name]: items.toJSON() }) };
  return [scalar, list as unknown as ScalarTag];
}
