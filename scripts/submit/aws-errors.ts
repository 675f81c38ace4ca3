import { type ReplayError, RunError, TransientError } from '../../src/shared/errors.ts';
import { diagnose, factsOf } from '../../src/store/s3/diagnosis.ts';

const CREDENTIALS =
  /Credential|ExpiredToken|UnrecognizedClient|InvalidClientToken|InvalidSignature|SignatureDoesNotMatch|MissingAuthentication|TokenProvider/;
const REFUSED = /AccessDenied|Unauthorized|NotAuthorized|Forbidden/;

interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Whether asking again may help: throttled, a server's fault, or no answer at all. */
export function isPassing(error: unknown): boolean {
  const { name, $metadata } = error as ServiceError;
  if (CREDENTIALS.test(name)) return false;
  const status = $metadata?.httpStatusCode;
  return status === undefined || status === 429 || status >= 500 || /TooManyRequests|Throttl/.test(name);
}

/** An AWS error in words that say what to do. `action` is the permission it takes, `batch:SubmitJob`. */
export function explained(error: unknown, action: string, region: string): ReplayError {
  const { name, message } = error as ServiceError;
  const found = `found ${name}: ${message}`;
  const say = (expected: string, toDo: string, Fault: typeof ReplayError = RunError) =>
    new Fault(`expected ${expected}, ${found}; ${toDo}`, { cause: error });
  if (CREDENTIALS.test(name)) {
    return say('AWS credentials that are valid', 'set AWS_PROFILE or AWS_ACCESS_KEY_ID and its companions');
  }
  if (REFUSED.test(name)) return say(`permission for ${action} in ${region}`, `ask for ${action}`);
  if (isPassing(error)) {
    // A host that does not exist may be one that was misspelt.
    const Fault = diagnose(factsOf(error)).passes ? TransientError : RunError;
    return say(`${action} in ${region} to answer`, 'the same may work later', Fault);
  }
  return say(`${action} in ${region} to take the request`, 'mend what it names');
}
