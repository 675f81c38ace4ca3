import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Fault, startAnthropic } from '../servers/anthropic.ts';
import { callsOf, Recorder, transportTo, triesOf } from './calls.ts';

const KINDS: readonly Fault[] = [
  { status: 429, headers: { 'retry-after': '1' } },
  { status: 529 },
  { status: 500 },
  { status: 503, headers: { 'retry-after-ms': '700' } },
  { status: 408 },
  { status: 409 },
  'reset',
  'lost',
  'cut',
  'garbled',
  'page',
];

describe.concurrent('faults', () => {
  it('of a third of all tries cost nobody an answer, and raise no storm', async () => {
    const server = await startAnthropic({
      latencyMs: 50,
      faults: (index) => (index % 10 < 3 ? KINDS[Math.floor(index / 3) % KINDS.length] : undefined),
    });
    const recorder = new Recorder({ limitUsd: 10 });
    await (await transportTo(server)).send(callsOf(150), recorder).finally(() => server.close());
    expect(recorder.answered).toBe(150);
    expect(new Set(recorder.outcomes.map(({ hash }) => hash)).size).toBe(150);
    const pauses: number[] = [];
    for (const tries of triesOf(server).values()) {
      expect(tries.length).toBeLessThanOrEqual(8);
      for (const [index, { status, at }] of tries.slice(0, -1).entries()) {
        const pause = (tries[index + 1]?.at ?? 0) - at;
        pauses.push(pause);
        if (status === 429) expect(pause).toBeGreaterThanOrEqual(1_000);
        if (status === 503) expect(pause).toBeGreaterThanOrEqual(700);
      }
    }
    pauses.sort((a, b) => a - b);
    expect(pauses[Math.floor(pauses.length / 2)]).toBeGreaterThanOrEqual(200);
    expect(server.paidUsd).toBeLessThanOrEqual(recorder.budget.spentUsd + 1e-9);
  });

  it('for five seconds are outlived by all, without a storm', async () => {
    const server = await startAnthropic({ latencyMs: 100 });
    const transport = await transportTo(server);
    await transport.send(callsOf(300), new Recorder());
    const begun = Date.now();
    server.options = { latencyMs: 100, faults: () => (Date.now() - begun < 5_000 ? 'reset' : undefined) };
    const recorder = new Recorder();
    await transport.send(callsOf(300), recorder).finally(() => server.close());
    expect(recorder.answered).toBe(300);
    const perSecond = new Map<number, number>();
    for (const { at } of server.requests.filter(
      (request) => request.at >= begun && request.at < begun + 5_000,
    )) {
      const second = Math.floor((at - begun) / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(256);
    expect([...perSecond.values()].reduce((sum, tries) => sum + tries)).toBeLessThanOrEqual(128 * 5);
  });

  it('that leave nobody to answer are outlived, too', async () => {
    const server = await startAnthropic();
    const port = Number(new URL(server.url).port);
    const transport = await transportTo(server);
    await server.close();
    const recorder = new Recorder({ limitUsd: 1 });
    const running = transport.send(callsOf(40), recorder);
    await sleep(3_000);
    await server.listen(port);
    await running.finally(() => server.close());
    expect(recorder.answered).toBe(40);
    // Nothing was asked, so that nothing is booked for it.
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
  });
});
