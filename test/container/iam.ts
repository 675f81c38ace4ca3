import type { Json } from '../e2e/program.ts';
import { resourcesOf } from './template.ts';

/** A call as IAM sees it. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  /** By condition key. */
  readonly context?: Readonly<Record<string, string>>;
}

/** What a role of the template is allowed. */
export function statementsOf(role: string, parameters?: Json): Json[] {
  return resourcesOf(parameters)[role].Properties.Policies.flatMap(
    ({ PolicyDocument }: Json) => PolicyDocument.Statement,
  );
}

/** Whether a statement allows a call. Throws on what this simulator does not know: anything but Allow, and conditions
 * other than StringEquals and StringLike. */
export function allows(statement: Json, { action, resource, context = {} }: Call): boolean {
  const { Effect, Action, Resource, Condition = {} } = statement;
  if (Effect !== 'Allow') throw new Error(`expected Allow, found ${Effect}`);
  const conditions = Object.entries<Json>(Condition).flatMap(([operator, keys]) => {
    if (!/^String(Equals|Like)$/.test(operator)) throw new Error(`no operator that is known: ${operator}`);
    return Object.entries<Json>(keys);
  });
  return (
    [Action].flat().some((pattern) => matches(pattern, action)) &&
    [Resource].flat().some((pattern) => matches(pattern, resource)) &&
    conditions.every(([key, values]) => [values].flat().some((one) => matches(one, context[key])))
  );
}

function matches(pattern: string, text: string | undefined): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return text !== undefined && new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}
