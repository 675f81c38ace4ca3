import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LimitStatus } from '../../src/model/limits.ts';
import { AdaptiveRateLimiter, type Need, type Permit } from '../../src/model/rate-limiter.ts';
import { type AnthropicOptions, reply, startAnthropic } from '../servers/anthropic.ts';
import { callsOf, Recorder, transportTo } from './calls.ts';

const NEVER = new AbortController().signal;
const NEED = { inputTokens: 10, outputTokens: 10 };
const NOTHING_TOLD: LimitStatus = {};

/** Runs calls against a server; all must be answered. */
async function timed(options: AnthropicOptions, count: number, maxTokens = 100) {
  const server = await startAnthropic(options);
  const transport = await transportTo(server);
  const recorder = new Recorder();
  const begun = performance.now();
  await transport.send(callsOf(count, { maxTokens }), recorder).finally(() => server.close());
  expect(recorder.answered).toBe(count);
  return { server, ms: performance.now() - begun };
}

/** What of a model's tries may be sent at once. */
async function permits(limits: AdaptiveRateLimiter, need: Need = NEED, most = 200): Promise<Permit[]> {
  const controller = new AbortController();
  const asked = Array.from({ length: most }, () => limits.permit(need, controller.signal));
  await sleep(20);
  controller.abort();
  return (await Promise.all(asked)).filter((permit) => permit !== undefined);
}

/** Lets the window grow until `count` tries are on the wire. */
async function widened(limits: AdaptiveRateLimiter, count: number): Promise<Permit[]> {
  const controller = new AbortController();
  const onWire: Permit[] = [];
  const waiting = Array.from({ length: 3 * count }, async () => {
    const permit = await limits.permit(NEED, controller.signal);
    if (permit) onWire.push(permit);
  });
  while (onWire.length < count) {
    await sleep(0);
    if (onWire.length < count) onWire.shift()?.succeeded(NOTHING_TOLD, NEED);
  }
  controller.abort();
  await Promise.all(waiting);
  return onWire;
}

function standing(
  remaining: number,
  resetInMs: number,
  limit = 60_000,
  dimension: keyof LimitStatus = 'requests',
): LimitStatus {
  return { [dimension]: { limit, remaining, resetInMs } };
}

describe('limits of a server', () => {
  const limit = { requestsPerMinute: 6_000, headers: true } as const;

  it.concurrent.for([{ kind: 'bucket' }, { kind: 'window' }] as const)(
    'are used to nine tenths at least, and never met: $kind',
    async ({ kind }) => {
      const rateLimit = { ...limit, kind };
      const { server, ms } = await timed({ latencyMs: 200, rateLimit }, 1_000);
      expect(server.rateLimited).toEqual([]);
      expect(ms).toBeLessThan(10_000 / 0.9);
    },
  );

  it.concurrent('that it does not tell are found, and used to four fifths', async () => {
    const rateLimit = { ...limit, kind: 'bucket', headers: false, capacity: 200 } as const;
    const { server, ms } = await timed({ latencyMs: 200, rateLimit }, 1_000);
    expect(ms).toBeLessThan(10_000 / 0.8);
    expect(server.rateLimited.length).toBeLessThan(100);
  });

  it.concurrent('of output tokens are kept, the unused ones being given back', async () => {
    // 200 calls ask for 100,000 tokens and take 10,000, of which a burst and ten seconds allow 10,500.
    const rateLimit = { ...limit, kind: 'window', outputTokensPerMinute: 60_000 } as const;
    const answer = () => reply({ value: {}, usage: { output_tokens: 50 } });
    const { server, ms } = await timed({ latencyMs: 100, rateLimit, answer }, 200, 500);
    expect(server.rateLimited).toEqual([]);
    expect(ms).toBeLessThan(14_000);
  });

  it.concurrent('of input tokens are kept', async () => {
    const rateLimit = { ...limit, kind: 'bucket', inputTokensPerMinute: 30_000 } as const;
    const { server, ms } = await timed({ latencyMs: 100, rateLimit }, 200);
    expect(server.rateLimited).toEqual([]);
    expect(ms).toBeGreaterThan(5_000);
  });

  it.concurrent('may be low', async () => {
    const rateLimit = { ...limit, kind: 'window', requestsPerMinute: 60 } as const;
    const { server, ms } = await timed({ latencyMs: 100, rateLimit }, 14);
    expect(server.rateLimited).toEqual([]);
    expect(ms).toBeGreaterThan(4_000);
  });

  it.concurrent('may be far: 128 calls are in flight soon', async () => {
    const rateLimit = { ...limit, kind: 'bucket', requestsPerMinute: 1_000_000 } as const;
    const { server, ms } = await timed({ latencyMs: 300, rateLimit }, 640);
    expect(server.inFlightMax).toBe(128);
    expect(ms).toBeLessThan(5_000);
  });
});

describe('the pace', () => {
  it('is a little below the limit, after a burst of a fiftieth', async () => {
    const limits = new AdaptiveRateLimiter();
    const [first] = await permits(limits, NEED, 1);
    first?.succeeded(standing(6_000, 0, 6_000), NEED);
    const begun = performance.now();
    let given = 0;
    for (; performance.now() - begun < 2_000; given++) {
      (await limits.permit(NEED, NEVER))?.succeeded(NOTHING_TOLD, NEED);
    }
    const share = (given - 120) / (performance.now() - begun) / (6_000 / 60_000);
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(1);
  });
});

describe('a burst of 429s', () => {
  it('shrinks the window once, and holds back all tries as long as the service asks', async () => {
    const limits = new AdaptiveRateLimiter();
    const onWire = await widened(limits, 20);
    for (const [index, permit] of onWire.entries()) {
      if (index % 2) permit.rateLimited(NOTHING_TOLD, 300);
      else permit.succeeded(NOTHING_TOLD, NEED);
    }
    expect(await permits(limits)).toHaveLength(0);
    await sleep(200);
    expect(await permits(limits)).toHaveLength(0);
    await sleep(100);
    expect(await permits(limits)).toHaveLength(16);
  });

  it('that follows on another, nothing having succeeded in between, shrinks no further', async () => {
    const limits = new AdaptiveRateLimiter();
    for (const permit of await widened(limits, 20)) permit.rateLimited(NOTHING_TOLD, 10);
    await sleep(20);
    const [first, ...others] = await permits(limits);
    first?.rateLimited(NOTHING_TOLD, 10);
    for (const permit of others) permit.failed(NOTHING_TOLD);
    await sleep(20);
    expect(await permits(limits)).toHaveLength(16);
  });

  it('before any success shrinks nothing: the service is closed, whatever it bears', async () => {
    const limits = new AdaptiveRateLimiter();
    const [probe] = await permits(limits, NEED, 1);
    probe?.rateLimited(NOTHING_TOLD, 10);
    await sleep(20);
    expect(await permits(limits)).toHaveLength(8);
  });

  it('that does not say for how long holds back ever longer', async () => {
    const limits = new AdaptiveRateLimiter();
    const [first] = await permits(limits, NEED, 1);
    first?.rateLimited(NOTHING_TOLD, undefined);
    const pauses: number[] = [];
    for (let burst = 0; burst < 2; burst++) {
      const begun = performance.now();
      const permit = await limits.permit(NEED, NEVER);
      pauses.push(performance.now() - begun);
      permit?.rateLimited(NOTHING_TOLD, undefined);
    }
    expect(pauses.map((ms) => Math.round(ms / 1_000))).toEqual([1, 2]);
  });
});

describe('the window', () => {
  it('is not shrunk by other failures', async () => {
    const limits = new AdaptiveRateLimiter();
    for (const permit of await widened(limits, 20)) permit.failed(NOTHING_TOLD);
    expect(await permits(limits)).toHaveLength(20);
  });

  it('does not grow while it is not what limits', async () => {
    const limits = new AdaptiveRateLimiter();
    for (let round = 0; round < 50; round++) {
      for (const permit of await permits(limits, NEED, 4)) permit.succeeded(NOTHING_TOLD, NEED);
    }
    expect(await permits(limits)).toHaveLength(8);
  }, 10_000);
});

describe('what the service says remains', () => {
  it('is not exceeded before the reset: others may use the limit, too', async () => {
    const limits = new AdaptiveRateLimiter();
    const [first] = await permits(limits, NEED, 1);
    first?.succeeded(standing(3, 400), NEED);
    expect(await permits(limits)).toHaveLength(3);
    expect(await permits(limits)).toHaveLength(0);
    await sleep(450);
    expect(await permits(limits)).toHaveLength(5);
  });

  it('counts as of the latest request, whatever the order of the answers', async () => {
    const limits = new AdaptiveRateLimiter();
    const [first, second] = await permits(limits, NEED, 2);
    second?.succeeded(standing(3, 5_000), NEED);
    first?.succeeded(standing(50_000, 5_000), NEED);
    expect(await permits(limits)).toHaveLength(3);
  });

  it('comes back bit by bit where a bucket is refilled', async () => {
    const limits = new AdaptiveRateLimiter();
    const [first] = await permits(limits, NEED, 1);
    // 600 a minute are ten a second; it is full in a minute, being empty.
    first?.succeeded(standing(0, 60_000, 600), NEED);
    expect(await permits(limits)).toHaveLength(0);
    const begun = performance.now();
    for (let count = 0; count < 5; count++) await limits.permit(NEED, NEVER);
    expect(performance.now() - begun).toBeGreaterThan(300);
    expect(performance.now() - begun).toBeLessThan(700);
  });

  it('holds for tokens', async () => {
    const limits = new AdaptiveRateLimiter();
    const [first] = await permits(limits, NEED, 1);
    first?.succeeded(standing(35, 5_000, 60_000, 'outputTokens'), NEED);
    expect(await permits(limits)).toHaveLength(3);
  });

  it('lets through what is larger than a burst, and leaves it to the service when larger than the limit', async () => {
    const limits = new AdaptiveRateLimiter();
    const [first] = await permits(limits, NEED, 1);
    first?.succeeded(standing(6_000, 0, 6_000, 'inputTokens'), NEED);
    for (const inputTokens of [150, 100, 7_000]) {
      expect(await limits.permit({ inputTokens, outputTokens: 0 }, NEVER)).toBeDefined();
    }
  });
});

describe('those who wait', () => {
  it('are served in the order they came', async () => {
    const limits = new AdaptiveRateLimiter();
    const onWire = await permits(limits, NEED, 8);
    const served: number[] = [];
    const waiting = [1, 2, 3].map((number) => limits.permit(NEED, NEVER).then(() => served.push(number)));
    for (const permit of onWire) permit.failed(NOTHING_TOLD);
    await Promise.all(waiting);
    expect(served).toEqual([1, 2, 3]);
  });

  it('leave at once when aborted, and nobody takes their place', async () => {
    const limits = new AdaptiveRateLimiter(1);
    expect(await limits.gate.enter(NEVER)).toBe(true);
    await permits(limits, NEED, 8);
    const controller = new AbortController();
    const waiting = [limits.gate.enter(controller.signal), limits.permit(NEED, controller.signal)];
    controller.abort();
    expect(await Promise.all(waiting)).toEqual([false, undefined]);
    limits.gate.leave();
    expect(await limits.gate.enter(NEVER)).toBe(true);
    expect(await limits.permit(NEED, controller.signal)).toBeUndefined();
    expect(await limits.gate.enter(controller.signal)).toBe(false);
  });
});
