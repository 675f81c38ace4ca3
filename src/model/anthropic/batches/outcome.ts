import { RunError } from '../../../shared/errors.ts';
import type { CallOutcome } from '../../call.ts';
import type { BatchLine } from './api.ts';

/** Errors that the same request may not meet again. */
const PASSING_ERRORS = new Set(['api_error', 'overloaded_error', 'rate_limit_error', 'timeout_error']);
/** Errors that every request would meet. */
const ERRORS_OF_THE_RUN = new Set([
  'authentication_error',
  'billing_error',
  'not_found_error',
  'permission_error',
]);

type Failed = Extract<CallOutcome, { reason: string }>;
/** A result without an answer; undefined when there is none at all. */
export type Unanswered = Exclude<BatchLine['result'], { type: 'succeeded' }> | undefined;

/** Why a request in a batch got no answer. Throws RunError when no request of this run would. */
export function outcomeOf(result: Unanswered): Failed {
  if (result?.type !== 'errored') {
    const type = result?.type ?? 'errored';
    const error = result ? `the request ${type}` : 'the batch ended without a result for the request';
    return { reason: `batch_${type}`, error, transient: true };
  }
  const { type, message } = result.error.error;
  const error = `${type}: ${message}`;
  if (ERRORS_OF_THE_RUN.has(type)) {
    throw new RunError(
      `expected the model to answer, found ${error}; check --target-models, ANTHROPIC_API_KEY and its account`,
    );
  }
  if (PASSING_ERRORS.has(type)) return { reason: 'batch_errored', error, transient: true };
  const reason = type === 'invalid_request_error' ? 'bad_request' : type.replace(/_error$/, '');
  return { reason, error, transient: false };
}
