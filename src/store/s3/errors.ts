import {
  AccessError,
  NotFoundError,
  type ReplayError,
  RunError,
  TransientError,
} from '../../shared/errors.ts';
import { PassingFault } from '../retry.ts';
import { type Diagnosis, diagnose, type Facts, factsOf } from './diagnosis.ts';

/** What was being done, for the message: `listing s3://bucket/prefix`. */
export interface Attempted {
  readonly doing: string;
  readonly endpoint: { readonly host: string };
  /** The IAM action it needs. */
  readonly action: string;
  readonly signal: AbortSignal | undefined;
  /** A refusal costs this one object, which may have a policy or a key of its own, and not the run. */
  readonly oneObject?: boolean;
}

/** The credentials have expired: the next try needs new ones. */
export class ExpiredFault extends PassingFault {}

/** The store's error for a request that failed, all retries being used up. */
export function s3Error(cause: unknown, attempted: Attempted): ReplayError {
  const facts = factsOf(cause);
  return errorOf(facts, diagnose(facts), attempted, cause);
}

/** The fault of the `tries`-th request, where it may pass; undefined where another try would not help. */
export function passingFault(
  facts: Facts,
  attempted: Attempted,
  cause: unknown,
  askedMs = 0,
): PassingFault | undefined {
  const diagnosis = diagnose(facts);
  if (!diagnosis.passes || diagnosis.of === 'missing') return undefined;
  const Fault = diagnosis.isExpired ? ExpiredFault : PassingFault;
  return new Fault(errorOf(facts, diagnosis, attempted, cause), diagnosis.isOverloaded, askedMs);
}

/** The fault of a body that is not what its headers promise, as `damage` says. */
export function brokenBody(damage: string, { doing, oneObject }: Attempted, tries: number): PassingFault {
  const found = `${doing}, ${tries} ${tries === 1 ? 'time' : 'times'}: ${damage}`;
  const message = `${found}; the same command may succeed later, else put the object there anew`;
  return passing(message, oneObject);
}

/** The fault of an answer of status 200 that this kind of store does not give: it may be some gateway's page. */
export function foreignAnswer({ doing, endpoint, oneObject }: Attempted, found: string): PassingFault {
  const message = `${doing}: expected an answer of S3, found ${found}; see who answers for ${endpoint.host}`;
  return passing(message, oneObject);
}

function passing(message: string, oneObject = false): PassingFault {
  return new PassingFault(
    oneObject ? new AccessError(message, { passes: true }) : new TransientError(message),
  );
}

function errorOf(facts: Facts, { of, passes, advice }: Diagnosis, attempted: Attempted, cause: unknown) {
  const { doing, action, endpoint, oneObject } = attempted;
  if (of === 'missing') return new NotFoundError(`${doing}: ${advice(action)}`, { cause });
  const { name, code, status, message, host = endpoint.host, attempts = 1 } = facts;
  const tries = passes && attempts > 1 ? ` after ${attempts} tries` : '';
  const found = `${status ? `HTTP ${status} ` : ''}${code ?? name}: ${message}`;
  const text = `${doing} at ${host} failed${tries}: ${found}; ${advice(action)}`;
  if (of === 'object' && oneObject) return new AccessError(text, { cause, passes });
  return new (passes ? TransientError : RunError)(text, { cause });
}
