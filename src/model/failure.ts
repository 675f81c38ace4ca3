import { backoffDelay } from '../shared/backoff.ts';
import { arrayAt, at, isObject, isTooDeep, objectsAt } from '../shared/json.ts';
import { isUnsent } from '../shared/network.ts';
import { redact } from '../shared/redact.ts';
import { beginningOf } from '../shared/truncate.ts';
import type { Service } from './endpoint.ts';
import type { Message } from './message.ts';

/** A gateway may answer a page of any length. */
const MAX_ERROR = 500;

/** Waits that are longer, in milliseconds, are announced when they begin. */
export const LONG_WAIT_MS = 60_000;

/** Tries of one call, the first included. */
export const MAX_TRIES = 8;

/** Why a request has no answer. */
export interface Failure {
  /** Short name to count by. */
  readonly reason: string;
  /** Whether the same request may succeed later. */
  readonly passing: boolean;
  readonly error: string;
  /** HTTP status of the answer; undefined when there was none, or none that could be read. */
  readonly status?: number;
  /** Milliseconds the service asks to wait before another try. */
  readonly retryAfterMs?: number | undefined;
  readonly headers?: Headers | undefined;
  /** Whether the service may have done the work, and billed it, all the same. */
  readonly maybeBilled: boolean;
  /** An answer that was paid for and is of no use. */
  readonly discarded?: Message;
}

const REASONS = new Map([
  [400, 'bad_request'],
  [401, 'unauthorized'],
  [402, 'payment_required'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [408, 'timeout'],
  [409, 'conflict'],
  [413, 'too_large'],
  [422, 'bad_request'],
  [429, 'rate_limited'],
  [529, 'overloaded'],
]);
/** What the API says, as a bad request or otherwise, when the account cannot pay for any call. */
const ACCOUNT = [
  {
    reason: 'no_credit',
    // Gemini says the same of a limit by the minute, and when to try again.
    words:
      /credit balance is too low|insufficient[ _](?:user[ _])?(?:credits?|funds|quota|balance)|balance is insufficient|credits are depleted|billing_not_active|arrearage|exceeded your current quota(?!.*retry)/is,
  },
  {
    reason: 'usage_limit',
    // The last two are OpenAI's and LiteLLM's.
    words:
      /specified (?:api |workspace )*usage limits?|spend(?:ing)? limit|billing hard limit|budget has been exceeded|exceededbudget/i,
  },
];
/** What services say, beside status 413 and codes, of a prompt that is too long for the model. */
const TOO_LONG =
  /prompt is too long|input is too long|exceeds? (?:the )?context limit|maximum context length|context ?window|input token count .*exceeds/i;
/** A page in place of the API's error: a firewall's, which may dislike what one prompt holds. */
const BLOCKED = /^403 *</;
/** What to do about a refusal that is not about one request; SERVICE stands for the prefix of its variables. */
const ADVICE = new Map([
  ['unauthorized', 'check SERVICE_API_KEY'],
  ['payment_required', "check the account's credit"],
  ['blocked', 'see what the firewall in front of SERVICE_BASE_URL refuses'],
  ['forbidden', 'check what the key of SERVICE_API_KEY may use'],
  ['not_found', 'check --target-models and SERVICE_BASE_URL'],
  ['unreachable', 'check SERVICE_BASE_URL; proxy variables such as HTTPS_PROXY are not used'],
  ['untrusted', 'check SERVICE_BASE_URL and its certificate; NODE_EXTRA_CA_CERTS can name its authority'],
  ['redirected', 'set SERVICE_BASE_URL to the address that answers'],
  ['no_credit', 'add credit to the account'],
  ['usage_limit', 'raise the limit, or wait until it is reset'],
]);
/** Codes that tell more than the status does. */
const CODES = new Map<unknown, string>([
  ['content_filter', 'content_filter'],
  ['context_length_exceeded', 'too_large'],
]);
const PASSING = new Set([408, 409, 429]);
/** No connection was secured, so that nothing was asked, and no other try will. */
const UNTRUSTED =
  /CERT|^UNABLE_TO_|^ERR_SSL_(?:WRONG_VERSION|PACKET_LENGTH|UNSUPPORTED_PROTOCOL|\w+_ALERT_(?:PROTOCOL|HANDSHAKE))/;
/** Names of the SDK and of fetch for a request that took too long: it is aborted for no other reason that a
 * caller asks about. */
const TOOK_TOO_LONG = new Set(['APIConnectionTimeoutError', 'APIUserAbortError', 'AbortError']);

/** What a service's SDK threw, or undefined when that is no failure of a request but a fault of the program. */
export function failureOf(error: unknown, service: Service): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  if (isStatusError(error)) return statusFailure(error, service);
  const { message, isSent, isTrusted } = innermost(error);
  if (TOOK_TOO_LONG.has(error.name)) return unanswered('timeout', message);
  if (!isTrusted) {
    return { ...unanswered('untrusted', withAdvice('untrusted', message, service), false), passing: false };
  }
  if (error.name === 'APIConnectionError') {
    return isSent
      ? unanswered('connection', message)
      : unanswered('connection', withAdvice('unreachable', message, service), false);
  }
  // A body that breaks off is reported by fetch itself, as a TypeError over the socket's error.
  if (error.name === 'TypeError' && error.cause) return unanswered('connection', message);
  if (error.name === 'SyntaxError') return malformed(message);
  if (isTooDeep(error))
    return { ...malformed('expected a message, found JSON that is nested too deep'), passing: false };
  return undefined;
}

/** An answer with a good status that is no message. */
export function malformed(found: string): Failure {
  return unanswered('malformed_answer', found);
}

/** Why an answer with a good status is no message. */
export function failureIn(data: unknown, headers: Headers, service: Service): Failure {
  const error = errorIn(data);
  if (error) return statusFailure(Object.assign(error, { headers }), service);
  const answer = isObject(data) ? data : undefined;
  const parts = arrayAt(answer, 'choices') ?? arrayAt(answer, 'content') ?? [];
  const isAnswer =
    parts.length > 0 ||
    isObject(answer?.usage) ||
    (typeof data === 'string' && /^(?:data|event):/m.test(data));
  const expected = isAnswer ? 'an answer in one piece that tells its usage' : 'a message';
  const failure = malformed(`expected ${expected}, found ${JSON.stringify(data)}`);
  // By all appearance this one was billed, and so would be the next.
  return isAnswer ? { ...failure, passing: false } : failure;
}

/** The error that some services, and what routes to them, tell of in an answer with a good status. */
export function errorIn(data: unknown): StatusError | undefined {
  const answer = isObject(data) ? data : undefined;
  const error = at(answer, 'error') || at(objectsAt(answer, 'choices')[0], 'error');
  if (!error) return undefined;
  const code = isObject(error) ? error.code : undefined;
  const status = Number(code) >= 400 && Number(code) < 600 ? Number(code) : 502;
  return Object.assign(new Error(`${status} ${JSON.stringify(error)}`), { status, code });
}

/** All waits together are 27 s at least: what is down for longer is better tried by another attempt of the job. */
const BACKOFF = { base: 500, factor: 2.5, longest: 8_000, jitter: 0.25 };

/** Milliseconds before the `retry`-th retry (1, 2, …), and not less than the service asks for. */
export function retryDelay(retry: number, retryAfterMs?: number): number {
  return backoffDelay(BACKOFF, retry, retryAfterMs);
}

/** What the SDKs throw for an answer with an error status. */
interface StatusError extends Error {
  readonly status: number;
  readonly headers?: Headers;
  /** What some services call the error beside its message. */
  readonly code?: unknown;
}

function isStatusError(error: Error): error is StatusError {
  return typeof (error as Partial<StatusError>).status === 'number';
}

function statusFailure({ status, message, headers, code }: StatusError, service: Service): Failure {
  const reason =
    accountReason(`${code} ${message}`) ??
    CODES.get(code) ??
    (status === 400 ? promptReason(message) : undefined) ??
    (BLOCKED.test(message) ? 'blocked' : reasonOf(status));
  const asked = headers?.get('x-should-retry');
  const passing = asked === 'true' || (asked !== 'false' && (PASSING.has(status) || status >= 500));
  return {
    reason,
    passing: passing && !ACCOUNT.some((one) => one.reason === reason),
    error: withAdvice(reason, `HTTP ${truncated(message)}`, service),
    status,
    retryAfterMs: retryAfter(headers),
    headers,
    maybeBilled: false,
  };
}

/** The name of what an error says of the account; undefined when it says nothing of it. Only its beginning is read: some
 * services repeat the prompt, which may be about funds and limits. */
export function accountReason(message: string): string | undefined {
  return ACCOUNT.find(({ words }) => words.test(message.slice(0, MAX_ERROR)))?.reason;
}

/** The name of what an error says of the prompt; undefined when it says nothing of it. */
export function promptReason(message: string): string | undefined {
  return TOO_LONG.test(message.slice(0, MAX_ERROR)) ? 'too_large' : undefined;
}

function reasonOf(status: number): string {
  if (status >= 300 && status < 400) return 'redirected';
  return REASONS.get(status) ?? (status >= 500 ? 'server_error' : `http_${status}`);
}

/** An error, and what to do about it where it is not about one request. */
export function withAdvice(reason: string, error: string, service: Service): string {
  const advice = ADVICE.get(reason)?.replaceAll('SERVICE', service);
  return advice ? `${error}; ${advice}` : error;
}

/** Fit to be shown and kept. */
export function truncated(message: string): string {
  return beginningOf(redact(message), MAX_ERROR);
}

function unanswered(reason: string, message: string, maybeBilled = true): Failure {
  return { reason, passing: true, error: truncated(message), maybeBilled };
}

function retryAfter(headers: Headers | undefined): number | undefined {
  const inMs = Number(headers?.get('retry-after-ms') || Number.NaN);
  // LiteLLM passes on what a service behind it asks for under a name of its own.
  const texts = ['retry-after', 'llm_provider-retry-after'].map((name) => headers?.get(name) ?? '');
  const waits = texts.flatMap((text) => [Number(text || Number.NaN) * 1_000, Date.parse(text) - Date.now()]);
  const asked = [inMs, ...waits].find((ms) => !Number.isNaN(ms));
  // No service closes for longer, and a timer holds 24 days at most.
  return asked !== undefined && asked > 0 ? Math.min(asked, 3_600_000) : undefined;
}

/** The socket's own error, which fetch and the SDK wrap in theirs. */
function innermost(error: Error) {
  let inner: Error & { code?: unknown; syscall?: unknown } = error;
  while (inner.cause instanceof Error) inner = inner.cause;
  const code = typeof inner.code === 'string' ? inner.code : '';
  // Node tries IPv4 and IPv6 and reports both failures in one error without a message.
  const message = inner.message || code || inner.name;
  return {
    message: inner === error ? message : `${error.message} ${message}`,
    isSent: !isUnsent({ code, isLookup: inner.syscall === 'getaddrinfo' }) && !/before secure/.test(message),
    isTrusted: !UNTRUSTED.test(code),
  };
}
