import { ReplayError } from '../../shared/errors.ts';
import type { ReadCounts } from '../store.ts';
import type { Answer } from './answer.ts';
import { type Attempted, bodyError, s3Error } from './errors.ts';
import { damageOf } from './integrity.ts';
import { type RetryOptions, retryDelay } from './retry-strategy.ts';

/** What keeps a read from its bytes, and may pass. */
export class PassingFault extends Error {
  /** What to throw when no try is left. */
  readonly final: ReplayError;
  /** Whether the server asks for fewer requests. */
  readonly isThrottled: boolean;
  /** Milliseconds that the server asks to wait. */
  readonly askedMs: number;

  constructor(final: ReplayError, isThrottled = false, askedMs = 0) {
    super(final.message, { cause: final });
    this.final = final;
    this.isThrottled = isThrottled;
    this.askedMs = askedMs;
  }
}

/** Gives `retry` the delay before the next read, and counts that read. Faults that do not pass end the trying. */
export function delayOfRead(
  { attempts, baseDelay }: RetryOptions,
  counts: ReadCounts,
): (error: unknown, tries: number) => number {
  return (error, tries) => {
    if (!(error instanceof PassingFault)) throw error;
    if (tries >= attempts) throw error.final;
    counts.retried += 1;
    return retryDelay(baseDelay, tries, error.isThrottled, error.askedMs);
  };
}

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

/** The bytes of the `tries`-th answer; undefined for an answer that is left to the SDK. Throws PassingFault, and
 * NotFoundError. */
export function bytesOf(
  { status, headers, body, brokenOff }: Answer,
  attempted: Attempted,
  tries: number,
  checksDigests: boolean,
): Buffer | undefined {
  if (status === 200) {
    const damage = brokenOff ?? damageOf(body, headers, checksDigests);
    if (damage) throw new PassingFault(bodyError(damage, `${attempted.doing}, ${tries} times`));
    return body;
  }
  const [, code = 'UnknownError'] = /<Code>([^<]*)<\/Code>/.exec(body.toString()) ?? [];
  const [, message = `HTTP ${status}`] = /<Message>([^<]*)<\/Message>/.exec(body.toString()) ?? [];
  const $metadata = { httpStatusCode: status, attempts: tries };
  const error = s3Error(Object.assign(new Error(message), { name: code, $metadata }), attempted);
  if (status === 404 && code === 'NoSuchKey') throw error;
  if (!PASSING_STATUS.has(status)) return undefined;
  const askedMs = 1_000 * (Number(headers['retry-after']) || 0);
  throw new PassingFault(error, status === 429 || status === 503, askedMs);
}

/** Throws PassingFault for what the `tries`-th request ended in, or what is no fault of the network's. Returns for a
 * fault of the network that is left to the SDK. */
export function throwPassing(error: unknown, attempted: Attempted, tries: number): undefined {
  const { code, name } = error as { code?: unknown; name?: unknown };
  const ofNetwork = typeof code === 'string' || name === 'HTTPParserError';
  if (error instanceof ReplayError || !ofNetwork) throw error;
  if (!PASSING_CODE.has(String(code))) return;
  const cause = Object.assign(error as Error, { $metadata: { attempts: tries } });
  throw new PassingFault(s3Error(cause, attempted));
}
