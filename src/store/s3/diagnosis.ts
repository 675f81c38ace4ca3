import { isUnsent } from '../../shared/network.ts';

/** What is known of a request that failed. */
export interface Facts {
  /** S3's code, or the name of an error. */
  readonly name: string;
  readonly message: string;
  /** Code of a network error, as Node or undici gives it. */
  readonly code: string | undefined;
  /** Whether a name was being looked up. */
  readonly isLookup: boolean;
  /** HTTP status. */
  readonly status: number | undefined;
  /** Where the bucket is, if the answer says so. */
  readonly region: string | undefined;
  readonly host: string | undefined;
  readonly attempts: number | undefined;
}

/** What a failure means. */
export interface Diagnosis {
  /** `missing`: there is no such object. `object`: another object may fare better. `run`: none will. */
  readonly of: 'missing' | 'object' | 'run';
  /** Whether the same request may succeed later. */
  readonly passes: boolean;
  /** Whether fewer requests, or longer waits, are called for. */
  readonly isOverloaded: boolean;
  readonly isExpired: boolean;
  /** What to do; `action` is the IAM action that the request needs. */
  advice(action: string): string;
}

interface Rule extends Partial<Omit<Diagnosis, 'advice'>> {
  readonly when: (facts: Facts) => boolean;
  readonly advice: string | ((facts: Facts, action: string) => string);
}

const named = (pattern: RegExp) => (facts: Facts) => pattern.test(facts.name);
const coded = (pattern: RegExp) => (facts: Facts) => pattern.test(facts.code ?? '');
const isDenied = ({ status }: Facts) => status === 401 || status === 403;
const LATER = 'the same command may succeed later';
const VALID_CREDENTIALS =
  'expected valid AWS credentials; check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, AWS_PROFILE or the job role';
const PROXY = 'proxy variables such as HTTPS_PROXY are not used';

/** No request fares better until it passes. */
const OUTAGE = { of: 'run', passes: true, isOverloaded: true } as const;

/** The first that fits counts. What none fits is of the one object, and does not pass. */
const RULES: readonly Rule[] = [
  { when: named(/^(NoSuchKey|NotFound)$/), of: 'missing', passes: true, advice: 'there is no such object' },
  {
    when: named(/^NoSuchBucket$/),
    of: 'run',
    advice: 'there is no such bucket; check --corpus, --out and S3_BUCKET',
  },
  {
    when: named(/^(ExpiredToken(Exception)?|TokenRefreshRequired)$/),
    ...OUTAGE,
    isExpired: true,
    advice: `the credentials have expired: renew them; ${VALID_CREDENTIALS}`,
  },
  {
    // Whoever hands out the credentials of a container or a web identity may be away for a while.
    when: (facts) => facts.name === 'CredentialsProviderError' && hasCredentialService(),
    ...OUTAGE,
    advice: `the service that gives this container its credentials did not; ${LATER}`,
  },
  {
    when: named(
      /^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken(Id)?|InvalidSecurity|NotSignedUp|AccountProblem|CredentialsProviderError)$/,
    ),
    of: 'run',
    advice: VALID_CREDENTIALS,
  },
  {
    when: coded(/^ERR_INVALID_CHAR$/),
    of: 'run',
    advice: `a credential holds a line end, or another character that no header may; ${VALID_CREDENTIALS}`,
  },
  { when: named(/^RequestTimeTooSkewed$/), of: 'run', advice: 'set the clock of this machine' },
  {
    when: named(/^InvalidObjectState$/),
    advice: 'the object is archived: restore it (aws s3api restore-object), or move it out of the corpus',
  },
  {
    when: named(/Throttl|^(SlowDown|TooManyRequests.*|RequestLimitExceeded|ServiceUnavailable)$/),
    passes: true,
    isOverloaded: true,
    advice: LATER,
  },
  {
    when: (facts) => /^KMS\b/.test(facts.name) || (isDenied(facts) && /\bkms\b/i.test(facts.message)),
    advice: (_, action) =>
      `allow ${action === 's3:PutObject' ? 'kms:GenerateDataKey' : 'kms:Decrypt'} on its key to these credentials, and see that the key is enabled`,
  },
  {
    when: isDenied,
    advice: (_, action) =>
      `allow ${action} ${action === 's3:GetObject' ? '(and s3:ListBucket, without which a missing object looks forbidden) ' : ''}to these credentials`,
  },
  {
    when: ({ name, status }) =>
      status === 301 ||
      /^((Permanent|Temporary)Redirect|AuthorizationHeaderMalformed|IllegalLocation.*)$/.test(name),
    of: 'run',
    advice: ({ region }) => `the bucket is in another region: set AWS_REGION to ${region ?? 'it'}`,
  },
  {
    when: coded(/^(EMFILE|ENFILE)$/),
    ...OUTAGE,
    advice: 'raise the limit of open files (ulimit -n), or lower --load-concurrency and --threads',
  },
  {
    when: coded(/^ENOTFOUND$/),
    of: 'run',
    advice: `no such host; check AWS_REGION and AWS_ENDPOINT_URL_S3; ${PROXY}`,
  },
  {
    when: (facts) => isUnsent(facts) || /^(ENOBUFS|ENOMEM)$/.test(facts.code ?? ''),
    ...OUTAGE,
    advice: `store unreachable; check the network, AWS_REGION and AWS_ENDPOINT_URL_S3; ${PROXY}`,
  },
  {
    when: ({ name, code = '', status = 0 }) =>
      status === 408 ||
      status === 429 ||
      // An answer of success that cannot be read.
      status === 200 ||
      (status >= 500 && status !== 501) ||
      /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|UND_ERR_SOCKET|UND_ERR_\w+_TIMEOUT)$/.test(code) ||
      /^(RequestTimeout|TimeoutError|ConditionalRequestConflict|OperationAborted)$/.test(name),
    passes: true,
    advice: LATER,
  },
];

/** What a failure means. */
export function diagnose(facts: Facts): Diagnosis {
  const rule = RULES.find(({ when }) => when(facts));
  const { advice = 'check the URI and AWS_ENDPOINT_URL_S3' } = rule ?? {};
  return {
    of: 'object',
    passes: false,
    isOverloaded: facts.status === 429 || facts.status === 503,
    isExpired: false,
    ...rule,
    advice: (action) => (typeof advice === 'string' ? advice : advice(facts, action)),
  };
}

function hasCredentialService({ env } = process): boolean {
  return Boolean(
    env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ||
      env.AWS_CONTAINER_CREDENTIALS_FULL_URI ||
      env.AWS_WEB_IDENTITY_TOKEN_FILE,
  );
}

/** What an error of the SDK's, of undici's or of Node's says. */
export function factsOf(cause: unknown): Facts {
  const error = (cause instanceof Error ? cause : new Error(String(cause))) as Error & {
    code?: unknown;
    syscall?: unknown;
    hostname?: unknown;
    Region?: unknown;
    errors?: readonly Error[];
    $metadata?: { httpStatusCode?: number; attempts?: number };
    $response?: { headers?: Readonly<Record<string, string>> };
  };
  // Node tries IPv4 and IPv6 and reports both failures in one AggregateError without a message.
  const first = error.errors?.[0] as (Error & { code?: unknown }) | undefined;
  return {
    name: error.name,
    message: error.message || first?.message || 'no message',
    code: textOf(error.code) ?? textOf(first?.code),
    isLookup: error.syscall === 'getaddrinfo',
    status: error.$metadata?.httpStatusCode,
    region: textOf(error.$response?.headers?.['x-amz-bucket-region']) ?? textOf(error.Region),
    host: textOf(error.hostname),
    attempts: error.$metadata?.attempts,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
