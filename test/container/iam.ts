import type { Json } from '../e2e/program.ts';
import type { S3Request } from '../servers/s3/server.ts';
import { PARAMETERS, resourcesOf } from './template.ts';

export const BUCKET = `arn:aws:s3:::${PARAMETERS.Bucket}`;

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

/** A request to S3, as if its bucket were the template's. */
export function callOf({ method, key, query }: S3Request): Call {
  if (key === '') {
    return { action: 's3:ListBucket', resource: BUCKET, context: { 's3:prefix': query.get('prefix') ?? '' } };
  }
  const action = { GET: 's3:GetObject', HEAD: 's3:GetObject', PUT: 's3:PutObject' }[method];
  return { action: action ?? method, resource: `${BUCKET}/${key}` };
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

/** Whether a text is as a pattern says, where `*` stands for any text. */
export function matches(pattern: string, text: string | undefined): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return text !== undefined && new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}
