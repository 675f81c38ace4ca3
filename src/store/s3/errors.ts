import { LoadError, NotFoundError, type ReplayError, RunError, TransientError } from '../../shared/errors.ts';

/** What was being done, for the message: `listing s3://bucket/prefix`. */
export interface Attempted {
  readonly doing: string;
  /** The IAM action it needs. */
  readonly action: string;
  /** A refusal costs this one object, which may have a policy or a key of its own, and not the run. */
  readonly oneObject?: boolean;
}

const MISSING = new Set(['NoSuchKey', 'NoSuchBucket', 'NotFound']);
const WRONG_CREDENTIALS = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidToken',
  'ExpiredToken',
  'TokenRefreshRequired',
  'CredentialsProviderError',
]);
const WRONG_REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);
const UNREACHABLE = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);
const BROKEN_OFF = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
]);
const PASSING = new Set([
  'SlowDown',
  'RequestTimeout',
  'TimeoutError',
  'InternalError',
  'ConditionalRequestConflict',
]);

/** The store's error for what the SDK threw, its own retries being used up. */
export function s3Error(cause: unknown, { doing, action, oneObject }: Attempted): ReplayError {
  const { name, message, code, status, attempts } = facts(cause);
  const found = `${doing} failed: ${status ? `HTTP ${status} ` : ''}${code ?? name}: ${message}`;
  const options = { cause };
  if (MISSING.has(name)) {
    const what =
      name === 'NoSuchBucket'
        ? 'there is no such bucket; check --corpus, --out and S3_BUCKET'
        : 'there is no such object';
    return new NotFoundError(`${doing}: ${what}`, options);
  }
  if (WRONG_CREDENTIALS.has(name)) {
    const advice = 'expected valid AWS credentials; check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and';
    return new RunError(`${found}; ${advice} AWS_SESSION_TOKEN, AWS_PROFILE or the job role`, options);
  }
  if (status === 401 || status === 403) {
    const advice = `allow ${action} (and s3:ListBucket, without which a missing object looks forbidden)`;
    return new (oneObject ? LoadError : RunError)(`${found}; ${advice} to these credentials`, options);
  }
  if (WRONG_REGION.has(name)) {
    return new RunError(`${found}; the bucket is in another region: set AWS_REGION to it`, options);
  }
  if (UNREACHABLE.has(code ?? '')) {
    const advice = 'store unreachable; check the network, AWS_REGION and AWS_ENDPOINT_URL_S3';
    return new RunError(`${found}; ${advice}`, options);
  }
  if (PASSING.has(name) || BROKEN_OFF.has(code ?? '') || status === 429 || (status ?? 0) >= 500) {
    const tries = attempts === undefined ? '' : ` after ${attempts} ${attempts === 1 ? 'try' : 'tries'}`;
    return new TransientError(`${found}${tries}; the same command may succeed later`, options);
  }
  return new RunError(`${found}; check the URI and AWS_ENDPOINT_URL_S3`, options);
}

/** The store's error for a body that could not be read, tries being used up. */
export function bodyError(cause: unknown, doing: string): ReplayError {
  const { message } = facts(cause);
  if (message.startsWith('Checksum mismatch'))
    return new LoadError(`${doing}: ${message}; the object is damaged, put it there anew`, { cause });
  const advice = 'the same command may succeed later';
  return new TransientError(`${doing}: the body broke off: ${message}; ${advice}`, { cause });
}

interface Facts {
  readonly name: string;
  readonly message: string;
  /** Node's code of a network error. */
  readonly code: string | undefined;
  readonly status: number | undefined;
  readonly attempts: number | undefined;
}

function facts(cause: unknown): Facts {
  const error = (cause instanceof Error ? cause : new Error(String(cause))) as Error & {
    code?: unknown;
    errors?: readonly Error[];
    $metadata?: { httpStatusCode?: number; attempts?: number };
  };
  // Node tries IPv4 and IPv6 and reports both failures in one AggregateError without a message.
  const first = error.errors?.[0];
  return {
    name: error.name,
    message: error.message || first?.message || 'no message',
    code: typeof error.code === 'string' ? error.code : undefined,
    status: error.$metadata?.httpStatusCode,
    attempts: error.$metadata?.attempts,
  };
}
