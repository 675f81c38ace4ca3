import { ReplayError } from '../../shared/errors.ts';
import { PassingFault } from '../retry.ts';
import type { Answer } from './answer.ts';
import { type Expected, plainContent } from './content.ts';
import { factsOf } from './diagnosis.ts';
import { type Attempted, brokenBody, foreignAnswer, passingFault, s3Error } from './errors.ts';
import { damageOf } from './integrity.ts';

/** The content of the `tries`-th answer; undefined for an answer that is left to the SDK. Throws PassingFault,
 * NotFoundError, ChangedError and LoadError. */
export function contentOf(
  { status, headers, body, brokenOff }: Answer,
  expected: Expected,
  attempted: Attempted,
  tries: number,
  checksDigests: boolean,
): Buffer | undefined {
  if (status === 200) {
    if (brokenOff) throw brokenBody(`the body broke off: ${brokenOff.message}`, attempted, tries);
    const damage = damageOf(body, headers, checksDigests);
    if (damage !== undefined) throw brokenBody(damage, attempted, tries);
    if (attempted.oneObject && headers.etag === undefined)
      throw foreignAnswer(attempted, 'one without an ETag');
    return plainContent(body, expected, headers.etag, headers['content-encoding']);
  }
  const [, name = 'UnknownError'] = /<Code>([^<]*)<\/Code>/.exec(body.toString()) ?? [];
  const [, message = `HTTP ${status}`] = /<Message>([^<]*)<\/Message>/.exec(body.toString()) ?? [];
  const error = Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode: status, attempts: tries },
  });
  if (status === 404 && name === 'NoSuchKey') throw s3Error(error, attempted);
  const askedMs = 1_000 * (Number(headers['retry-after']) || 0);
  const fault = passingFault(factsOf(error), attempted, error, askedMs);
  if (fault) throw fault;
  return undefined;
}

/** Throws what the `tries`-th request ended in, as a PassingFault where it may pass; returns for a fault of the network
 * that is left to the SDK. */
export function throwUnlessForSdk(error: unknown, attempted: Attempted, tries: number): undefined {
  const { code, name } = error as { code?: unknown; name?: unknown };
  const isOfNetwork = typeof code === 'string' || name === 'HTTPParserError';
  if (error instanceof ReplayError || error instanceof PassingFault || !isOfNetwork) throw error;
  const fault = passingFault({ ...factsOf(error), attempts: tries }, attempted, error);
  if (fault) throw fault;
}
