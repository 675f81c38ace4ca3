import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { captures, corpusOf, ofFamily, originalModel, rendered } from '../../e2e/model.ts';
import { type Json, temporaryFolder } from '../../e2e/program.ts';
import { RUN_ID, serve, sum } from '../../e2e/replaying.ts';
import type { AnthropicOptions } from '../../servers/anthropic.ts';
import { job } from '../run-job.ts';

const THESES = rendered(ofFamily(captures(), 'thinktank_thesis'));
const FLASH = ['--target-models', 'openai/flash'];
const SUMMARY = `_replay_summary/${RUN_ID}_openai-flash.json`;

async function flash(options: AnthropicOptions = {}, theses = THESES.slice(0, 12)) {
  const prices = { flash: { input: 0.44, output: 1.32 } };
  const server = await serve({ answer: originalModel(theses), prices, ...options });
  return { server, ...(await job(server, await corpusOf(theses))) };
}

test('a model without a price is refused, in one line that says how to give it', async () => {
  const { run } = await flash();
  await expect(run(FLASH)).rejects.toThrow(/found openai\/flash; give it by --price openai\/flash=IN\/OUT/);
});

test('a call without a price costs null, never 0, and at most so many are made', async () => {
  const { run, server, summary, costRows } = await flash({ chat: { cost: () => ({ header: 0 }) } });
  const args = [...FLASH, '--allow-unpriced', '--max-calls', '5'];
  const { envelope } = await run(args);
  expect(server.paid).toHaveLength(5);
  expect(envelope.status).toBe('PARTIAL');
  expect(envelope.summary).toMatchObject({
    complete: false,
    cost: { usd: null, unpriced_calls: 5 },
    per_target: [{ cost_usd: null, per_agent: [{ saving_per_month_usd: null }] }],
    warnings: [expect.stringMatching(/openai\/flash has no known price.*at most 5 are made/)],
  });
  const [line] = (await summary(SUMMARY)).per_agent;
  expect([
    line.replay_usd,
    line.cost_per_decision.target,
    line.cost_per_decision.saving_per_month_usd,
  ]).toEqual([null, null, null]);
  expect((await costRows()).map(({ cost_usd }: Json) => cost_usd)).toEqual(Array(5).fill(null));
  const plan = await run([...args, '--dry-run']);
  expect(plan.envelope.summary.usd).toMatchObject({ messages: null, batches: null });
  await run(args);
  expect(server.paid).toHaveLength(10);
});

test.each([
  ['by hand', ['--price', 'openai/flash=0.44/1.32'], {}],
  ['in LiteLLM’s file', ['--prices', 'FILE'], {}],
  ['as the answer names it', [], { cost: (usd: number) => ({ usage: 3 * usd }) }],
  [
    'as a header names it',
    ['--price', 'openai/flash=0.44/1.32'],
    { cost: (usd: number) => ({ header: 3 * usd }) },
  ],
])('a call costs what is given %s', async (_, given, chat) => {
  const { path } = await temporaryFolder();
  const file = join(path, 'prices.json');
  const rates = { input_cost_per_token: 0.44e-6, output_cost_per_token: 1.32e-6 };
  await writeFile(file, JSON.stringify({ 'deepseek/flash': rates }));
  const { run, server, costRows } = await flash({ chat });
  const args = given.map((one) => (one === 'FILE' ? pathToFileURL(file).href : one));
  const { envelope } = await run([...FLASH, '--allow-unpriced', ...args]);
  const factor = 'cost' in chat ? 3 : 1;
  expect(envelope.summary.cost.usd).toBeCloseTo(factor * server.paidUsd, 12);
  expect(envelope.summary.cost.unpriced_calls).toBe(0);
  const rows = await costRows();
  expect(sum(rows.map(({ cost_usd }: Json) => cost_usd))).toBeCloseTo(factor * server.paidUsd, 12);
  expect(rows[0]).toMatchObject({
    agent_id: 'replay-concordance',
    judged_agent_id: 'thinktank_thesis',
    provider: 'openai',
    cost_source: 'cost' in chat ? 'provider_reported' : 'price_card',
  });
});

test.each([
  ['kimi', '--price', 'kimi=100/0,openai/flash=0.44/1.32'],
  [
    'moonshotai/kimi',
    '--prices',
    JSON.stringify({
      'openrouter/moonshotai/kimi': { input_cost_per_token: 1e-4, output_cost_per_token: 0 },
    }),
  ],
  ['kimi', '--price', 'openai/flash=100/0', '--model-alias', 'kimi=openai/flash'],
])(
  'a capture of which only model and tokens are known costs what is given: %s %s %s',
  async (model, ...given) => {
    const { path } = await temporaryFolder();
    await writeFile(join(path, 'prices.json'), given[1] as string);
    const metered = { model_name: model, input_tokens: 1_000, output_tokens: 10 };
    const theses = THESES.slice(0, 6).map((one) => ({
      ...one,
      json: { ...one.json, model_metadata: metered },
    }));
    const { run, server } = await flash({}, theses);
    const file = pathToFileURL(join(path, 'prices.json')).href;
    const args = given.map((one) => (one.startsWith('{') ? file : one));
    for (let runs = 0; runs < 2; runs += 1) {
      // The second finds its captures in shards.
      const { envelope } = await run([...FLASH, '--allow-unpriced', ...args]);
      const { captured_cost } = envelope.summary.per_family.thinktank_thesis;
      expect(captured_cost).toMatchObject({ captures: 6, usd: expect.closeTo(0.6, 9) });
    }
    expect(server.paid).toHaveLength(6);
  },
);

test('a named 0 for a call with tokens is no cost, unless the price is 0 by hand', async () => {
  const chat = { cost: () => ({ header: 0 }) };
  const listed = await flash({ chat });
  const priced = await listed.run([...FLASH, '--price', 'openai/flash=0.44/1.32']);
  expect(priced.envelope.summary.cost.usd).toBeCloseTo(listed.server.paidUsd, 12);
  const free = await (await flash({ chat })).run([...FLASH, '--price', 'openai/flash=0/0']);
  expect(free.envelope.summary.cost).toMatchObject({ usd: 0, unpriced_calls: 0 });
});

test('where a service charges above the list, what is reserved grows, and little is overspent', async () => {
  const chat = { cost: (usd: number) => ({ usage: 400 * usd }) };
  const { run, server } = await flash({ chat, latencyMs: 5 }, THESES);
  const charged = (from: number) => 400 * sum(server.paid.slice(from).map(({ usd }) => usd));
  const args = [...FLASH, '--price', 'openai/flash=0.44/1.32', '--max-cost-usd'];
  const { envelope } = await run([...args, '2']);
  const dearest = 400 * Math.max(...server.paid.map(({ usd }) => usd));
  expect(envelope).toMatchObject({ status: 'PARTIAL', summary: { complete: false } });
  // The calls in flight when the first answer came.
  expect(charged(0)).toBeLessThanOrEqual(2 + 8 * dearest);
  // The next run knows from the start: no call for which there is no room.
  const before = server.paid.length;
  await run([...args, '2']);
  expect(charged(before)).toBeLessThanOrEqual(2);
});

test('a dearer target is warned of before anything is spent', async () => {
  const { run, server } = await flash();
  const dear = ['--price', 'openai/flash=500/900'];
  const plan = await run([...FLASH, ...dear, '--dry-run']);
  expect(plan.envelope.summary.warnings).toEqual([
    expect.stringMatching(/openai\/flash is dearer than what it would stand in for: \d.* for 12 captures/),
  ]);
  const cheap = await run([...FLASH, '--price', 'openai/flash=0.0001/0.0001', '--dry-run']);
  expect(cheap.envelope.summary.warnings).toEqual([]);
  expect(server.requests).toEqual([]);
});

test('nothing is written under _cost_raw where that is not wanted', async () => {
  const { run, costRows, cached } = await flash();
  await run([...FLASH, '--price', 'openai/flash=1/1', '--no-cost-rows']);
  expect(await cached()).toHaveLength(12);
  expect(await costRows()).toEqual([]);
});
