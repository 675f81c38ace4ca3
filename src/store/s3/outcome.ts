import { ReplayError } from '../../shared/errors.ts';
import type { Answer } from './answer.ts';
import { type Attempted, bodyError, s3Error } from './errors.ts';
import { damageOf } from './integrity.ts';

/** What keeps a read from its bytes, and may pass. */
export interface Fault {
  readonly error: ReplayError;
  /** Whether the server asks for fewer requests. */
  readonly throttled: boolean;
  /** Milliseconds that the server asks to wait. */
  readonly retryAfter: number;
}

/** Bytes, or a fault that may pass; undefined for whatever else there is: the SDK knows what to do. */
export type Outcome = Buffer | Fault | undefined;

const PASSING_STATUS = new Set([429, 500, 502, 503, 504]);
const PASSING_CODE = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
]);

/** What the `attempt`-th answer comes to. Throws NotFoundError. */
export function outcomeOfAnswer(
  { status, headers, body, brokenOff }: Answer,
  attempted: Attempted,
  attempt: number,
  checksDigests: boolean,
): Outcome {
  if (status === 200) {
    const damage = brokenOff ?? damageOf(body, headers, checksDigests);
    return damage ? fault(bodyError(damage, `${attempted.doing}, ${attempt} times`)) : body;
  }
  const [, code = 'UnknownError'] = /<Code>([^<]*)<\/Code>/.exec(body.toString()) ?? [];
  const [, message = `HTTP ${status}`] = /<Message>([^<]*)<\/Message>/.exec(body.toString()) ?? [];
  const $metadata = { httpStatusCode: status, attempts: attempt };
  const error = s3Error(Object.assign(new Error(message), { name: code, $metadata }), attempted);
  if (status === 404 && code === 'NoSuchKey') throw error;
  if (!PASSING_STATUS.has(status)) return undefined;
  const retryAfter = 1_000 * (Number(headers['retry-after']) || 0);
  return { error, throttled: status === 429 || status === 503, retryAfter };
}

/** What the error comes to that the `attempt`-th request ended in. Throws what is no fault of the network's. */
export function outcomeOfError(error: unknown, attempted: Attempted, attempt: number): Outcome {
  const { code, name } = error as { code?: unknown; name?: unknown };
  const ofNetwork = typeof code === 'string' || name === 'HTTPParserError';
  if (error instanceof ReplayError || !ofNetwork) throw error;
  if (!PASSING_CODE.has(String(code))) return undefined;
  const cause = Object.assign(error as Error, { $metadata: { attempts: attempt } });
  return fault(s3Error(cause, attempted));
}

function fault(error: ReplayError): Fault {
  return { error, throttled: false, retryAfter: 0 };
}
