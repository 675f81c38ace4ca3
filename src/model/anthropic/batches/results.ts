import { objectAt, parseJsonObject, stringAt } from '../../../shared/json.ts';
import type { FailedCall } from '../../call.ts';
import { accountReason, promptReason, truncated, withAdvice } from '../../failure.ts';
import { type Message, readMessage } from '../../message.ts';

/** Errors that the same request may not meet again. */
const PASSING_ERRORS = new Set(['api_error', 'overloaded_error', 'rate_limit_error', 'timeout_error']);
const REASONS = new Map([
  ['authentication_error', 'unauthorized'],
  ['billing_error', 'payment_required'],
  ['invalid_request_error', 'bad_request'],
  ['not_found_error', 'not_found'],
  ['permission_error', 'forbidden'],
  ['request_too_large', 'too_large'],
]);
/** Results without an answer that are not billed. */
const NOT_BILLED = new Set(['errored', 'canceled', 'expired']);

/** What became of one request of a batch. */
export type BatchResult = {
  readonly customId: string;
  readonly answer: Message | (FailedCall & { readonly maybeBilled: boolean });
};

/** The outcome of a request that a batch ended without a result for. */
export const NO_RESULT: FailedCall = {
  reason: 'batch_errored',
  error: 'the batch ended without a result for the request that can be read',
  transient: true,
};

/** Reads one line of a batch's results; undefined for one that does not tell which request it is about. */
export function readResult(line: string): BatchResult | undefined {
  const json = parseJsonObject(line);
  const customId = stringAt(json, 'custom_id');
  if (!customId) return undefined;
  const result = objectAt(json, 'result');
  const type = stringAt(result, 'type') ?? '';
  const message = type === 'succeeded' && result ? readMessage(result.message) : undefined;
  if (message) return { customId, answer: message };
  const failed = type === 'errored' ? failedFor(objectAt(result, 'error')) : withoutAnswer(type);
  return { customId, answer: { ...failed, maybeBilled: !NOT_BILLED.has(type) } };
}

/** The error of a request. Services nest it once or twice. */
function failedFor(outer: ReturnType<typeof objectAt>): FailedCall {
  const inner = objectAt(outer, 'error') ?? outer;
  const type = stringAt(inner, 'type');
  if (type === undefined) return { ...NO_RESULT, error: 'the request failed, and its error cannot be read' };
  const error = truncated(`${type}: ${stringAt(inner, 'message') ?? ''}`);
  if (PASSING_ERRORS.has(type)) return { reason: 'batch_errored', error, transient: true };
  const reason = accountReason(error) ?? promptReason(error) ?? REASONS.get(type) ?? 'bad_request';
  return { reason, error: withAdvice(reason, error, 'ANTHROPIC'), transient: false };
}

function withoutAnswer(type: string): FailedCall {
  if (type === 'canceled' || type === 'expired') {
    return { reason: `batch_${type}`, error: `the request ${type}`, transient: true };
  }
  return NO_RESULT;
}

/** The lines of a body. Only a newline ends one: what Unicode calls a line separator may stand in an answer. */
export async function* linesOf({ body }: Response): AsyncGenerator<string, void> {
  if (!body) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line.trim() !== '');
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield rest;
}
