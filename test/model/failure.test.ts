import { describe, expect, it } from 'vitest';
import { failureOf, MAX_TRIES, retryDelay } from '../../src/model/failure.ts';

const refusal = (headers: Record<string, string>) =>
  failureOf(
    Object.assign(new Error('503 down'), { status: 503, headers: new Headers(headers) }),
    'ANTHROPIC',
  );

describe('the delay before a retry', () => {
  const all = (delay: (retry: number) => number) =>
    Array.from({ length: MAX_TRIES - 1 }, (_, index) => delay(index + 1));

  it('grows from a third of a second to eight, and rides out a quarter of a minute', () => {
    for (let round = 0; round < 100; round++) {
      const delays = all((retry) => retryDelay(retry));
      expect(delays[0]).toBeGreaterThanOrEqual(375);
      expect(Math.max(...delays)).toBeLessThanOrEqual(8_000);
      expect(delays.reduce((sum, delay) => sum + delay)).toBeGreaterThan(27_000);
    }
  });

  it('is what the service asks for at least', () => {
    for (const delay of all((retry) => retryDelay(retry, 15_000)))
      expect(delay).toBeGreaterThanOrEqual(15_000);
  });
});

describe('a failure', () => {
  it('to connect says what to check, and that proxy variables are not used', () => {
    const failed = (code: string, syscall = 'connect') => {
      const cause = Object.assign(new Error(`${syscall} ${code}`), { code: code.split(' ')[0], syscall });
      return failureOf(
        Object.assign(new Error('Connection error.', { cause }), { name: 'APIConnectionError' }),
        'ANTHROPIC',
      );
    };
    expect(failed('ECONNREFUSED')).toMatchObject({
      maybeBilled: false,
      error: expect.stringMatching(/ECONNREFUSED; check ANTHROPIC_BASE_URL; proxy variables .* are not used/),
    });
    for (const code of ['EAI_AGAIN', 'ENOTFOUND', 'EBUSY', 'EAI_FAIL'])
      expect(failed(code, 'getaddrinfo')).toMatchObject({ maybeBilled: false, passing: true });
    for (const code of ['EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL', 'UND_ERR_CONNECT_TIMEOUT'])
      expect(failed(code)).toMatchObject({ maybeBilled: false, passing: true });
    expect(failed('ECONNRESET')).toMatchObject({ maybeBilled: true });
    const unsecured = 'ECONNRESET before secure TLS connection was established';
    expect(failed(unsecured)).toMatchObject({ maybeBilled: false, passing: true });
    // The server speaks no TLS, or shows a certificate of nobody known: no try helps, and nothing was asked.
    for (const code of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ERR_SSL_WRONG_VERSION_NUMBER'])
      expect(failed(code)).toMatchObject({
        reason: 'untrusted',
        maybeBilled: false,
        passing: false,
        error: expect.stringMatching(/check ANTHROPIC_BASE_URL .*NODE_EXTRA_CA_CERTS/),
      });
    expect(failed('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC')).toMatchObject({ passing: true });
  });

  it('is of the account where the service says so, not where the prompt that it repeats does', () => {
    const refused = (text: string) =>
      failureOf(Object.assign(new Error(`400 ${text}`), { status: 400 }), 'OPENAI')?.reason;
    expect(refused('{"error":{"message":"Insufficient funds: top up"}}')).toBe('no_credit');
    expect(refused(`{"input":${JSON.stringify('Portfolio. '.repeat(50))},"text":"insufficient funds"}`)).toBe(
      'bad_request',
    );
  });

  it('tells what the service asks for', () => {
    expect(refusal({})?.retryAfterMs).toBeUndefined();
    expect(refusal({ 'retry-after': '3' })?.retryAfterMs).toBe(3_000);
    expect(refusal({ 'retry-after': '0.5' })?.retryAfterMs).toBe(500);
    expect(refusal({ 'retry-after': '3', 'retry-after-ms': '250' })?.retryAfterMs).toBe(250);
    expect(refusal({ 'llm_provider-retry-after': '7' })?.retryAfterMs).toBe(7_000);
    expect(refusal({ 'retry-after': 'soon' })?.retryAfterMs).toBeUndefined();
    expect(refusal({ 'retry-after': '-1' })?.retryAfterMs).toBeUndefined();
    expect(refusal({ 'retry-after': '99999999' })?.retryAfterMs).toBe(3_600_000);
    const date = new Date(Date.now() + 10_000).toUTCString();
    expect(refusal({ 'retry-after': date })?.retryAfterMs).toBeGreaterThan(8_000);
    expect(refusal({ 'retry-after': date })?.retryAfterMs).toBeLessThanOrEqual(10_000);
  });

  it('is nothing that the program did wrong', () => {
    expect(failureOf(new TypeError('x is not a function'), 'ANTHROPIC')).toBeUndefined();
    expect(failureOf('thrown', 'ANTHROPIC')).toBeUndefined();
  });
});

it('what a service says is cut between characters', () => {
  const said = Object.assign(new Error(`400 x${'🙂'.repeat(400)}`), { status: 400 });
  expect(failureOf(said, 'OPENAI')?.error.isWellFormed()).toBe(true);
});

it.each([
  [429, 'Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing.'],
  [403, 'Sorry, your account balance is insufficient'],
])('status %i that tells of no credit is of the account: %s', (status, message) => {
  const said = Object.assign(new Error(`${status} ${message}`), { status });
  expect(failureOf(said, 'OPENAI')).toMatchObject({ reason: 'no_credit', passing: false });
});
