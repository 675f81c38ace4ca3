import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CallTransport } from '../../src/model/calls/transport.ts';
import { requestForm } from '../../src/model/openai/request.ts';
import { ChatConnection, createClient } from '../../src/model/openai/wire.ts';
import { TransientError } from '../../src/shared/errors.ts';
import { type AnthropicServer, type Fault, startAnthropic } from '../servers/anthropic.ts';
import { callsOf, MODEL, Recorder, transportTo } from './calls.ts';

/** A transport that gives a model up within seconds, and its calls, by each wire. */
const WIRES = [
  {
    wire: 'messages',
    calls: callsOf,
    open: (server: AnthropicServer, patienceMs: number) => transportTo(server, { patienceMs }),
  },
  {
    wire: 'chat completions',
    calls: (count: number) => {
      const params = { model: `openai/${MODEL}`, structured: 'auto', maxTokens: 100 } as const;
      const form = requestForm(z.looseObject({ said: z.string() }), params);
      const request = async () => form.request({ user: 'Say so.' });
      return callsOf(count).map((call) => ({ ...call, model: params.model, request }));
    },
    open: async (server: AnthropicServer, patienceMs: number) => {
      const connection = new ChatConnection(await createClient(server.environment));
      return new CallTransport({ connect: async () => connection, patienceMs });
    },
  },
];

/** Strikes for some time, from a request on. */
function outage(fault: Fault, from: number, ms: number) {
  let since: number | undefined;
  return (index: number): Fault | undefined => {
    if (index < from) return undefined;
    since ??= Date.now();
    return Date.now() - since < ms ? fault : undefined;
  };
}

describe.concurrent.each(WIRES)('a service that refuses every call ($wire)', ({ calls, open }) => {
  const refused: Fault = { status: 429 };
  const answer = () => ({ said: 'so' });

  it('after some answers is given up once it has done so for long, and nothing more is paid', async () => {
    const server = await startAnthropic({ answer, faults: (index) => (index > 40 ? refused : undefined) });
    const transport = await open(server, 2_500);
    const recorder = new Recorder({ limitUsd: 1 });
    const begun = performance.now();
    const running = transport.send(calls(500), recorder).finally(() => server.close());
    await expect(running).rejects.toThrow(
      /every try failed for \d s, the last with: HTTP 429.*may succeed later/,
    );
    await expect(running).rejects.toBeInstanceOf(TransientError);
    expect(performance.now() - begun).toBeLessThan(12_000);
    expect([recorder.answered, server.paid.length]).toEqual([41, 41]);
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
  }, 20_000);

  it('for less than that is outlived, and once more', async () => {
    const outages = [outage(refused, 40, 1_500), outage(refused, 200, 1_800)];
    const server = await startAnthropic({
      answer,
      faults: (index) => outages[0]?.(index) ?? outages[1]?.(index),
    });
    const recorder = new Recorder();
    await (await open(server, 3_500)).send(calls(400), recorder).finally(() => server.close());
    expect(recorder.answered).toBe(400);
  }, 20_000);

  it('and says for how long is asked as often as one call may be', async () => {
    const limited: Fault = { status: 429, headers: { 'retry-after': '1' } };
    const server = await startAnthropic({ answer, faults: outage(limited, 40, 3_000) });
    const recorder = new Recorder();
    await (await open(server, 500)).send(calls(100), recorder).finally(() => server.close());
    expect(recorder.answered).toBe(100);
  }, 20_000);

  it('is not given up for a few calls', async () => {
    const server = await startAnthropic({ faults: () => refused });
    const recorder = new Recorder();
    const stop = AbortSignal.timeout(4_000);
    const running = (await open(server, 100)).send(calls(3), Object.assign(recorder, { signal: stop }));
    await running.finally(() => server.close());
    expect(recorder.outcomes).toEqual([]);
  }, 20_000);
});
