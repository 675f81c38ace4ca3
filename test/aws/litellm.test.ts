import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Captured, captures, corpusOf, ofFamily, originalModel } from '../e2e/model.ts';
import type { Json } from '../e2e/program.ts';
import { job, RUN_ID, sum } from '../e2e/replaying.ts';
import { type AnthropicServer, startAnthropic } from '../servers/anthropic.ts';
import { type LiteLlm, startLiteLlm } from './servers/litellm.ts';

const THESES: Captured[] = ofFamily(captures(), 'thinktank_thesis');
const RATES = { input_cost_per_token: 2e-6, output_cost_per_token: 10e-6 };

let backend: AnthropicServer;
let proxy: LiteLlm;

beforeAll(async () => {
  backend = await startAnthropic({ answer: originalModel(THESES), prices: {} });
  proxy = await startLiteLlm({
    flash: { model: 'hosted_vllm/flash', api_base: `${backend.url}/v1`, api_key: 'k', ...RATES },
    // By the Anthropic-shaped endpoint it asks for Responses of this one.
    responses: { model: 'openai/flash', api_base: `${backend.url}/v1`, api_key: 'k', ...RATES },
    unknown: { model: 'hosted_vllm/nobody-knows', api_base: `${backend.url}/v1`, api_key: 'k' },
    haiku: { model: 'anthropic/claude-haiku-4-5', api_base: backend.url, api_key: 'k', ...RATES },
  });
}, 200_000);

afterAll(async () => {
  await proxy?.close();
  await backend?.close();
});

it.each([
  ['openai/flash', 'openai-flash', []],
  ['openai/flash', 'openai-flash', ['--structured', 'tool']],
  ['haiku', 'haiku', []],
  ['haiku', 'haiku', ['--structured', 'tool']],
  ['responses', 'responses', []],
  ['responses', 'responses', ['--structured', 'tool']],
] as const)(
  'every capture is replayed under %s by way of the proxy, at the cost that it names, its 429s obeyed',
  async (model, name, more) => {
    backend.requests.length = 0;
    backend.paid.length = 0;
    const turnedAway: number[] = [];
    backend.options = {
      ...backend.options,
      faults: (index) => {
        if (index % 7 !== 3) return undefined;
        turnedAway.push(index);
        return { status: 429, headers: { 'retry-after': '1' } };
      },
    };
    const { run, summary, costRows } = await job(undefined, await corpusOf(THESES));
    const args = ['--target-models', model, '--allow-unpriced', ...more];
    const { envelope } = await run(args, { env: proxy.environment });
    expect(envelope.error).toBeUndefined();
    expect(envelope).toMatchObject({ status: 'OK', summary: { n_artifacts_replayed: 48 } });
    expect(turnedAway.length).toBeGreaterThan(5);
    expect(backend.paid).toHaveLength(48);
    const written = await summary(`_replay_summary/${RUN_ID}_${name}.json`);
    expect(written.per_agent).toMatchObject([{ n: 48, mean: 1 }]);
    // The backend's own price is half of the proxy's.
    expect(written.cost).toMatchObject({ usd: expect.closeTo(2 * backend.paidUsd, 9), unpriced_calls: 0 });
    const rows = await costRows();
    expect(sum(rows.map(({ cost_usd }: Json) => cost_usd))).toBeCloseTo(2 * backend.paidUsd, 9);
    expect(new Set(rows.map(({ cost_source }: Json) => cost_source))).toEqual(new Set(['provider_reported']));
    // Each 429 was followed by one request of the same, after the second that was asked for.
    const byBody = Map.groupBy(backend.requests, ({ body }) => JSON.stringify(body));
    for (const tries of byBody.values()) {
      for (const [index, { at, status }] of tries.entries()) {
        const next = tries[index + 1];
        if (status === 429) expect((next?.at ?? 0) - at).toBeGreaterThanOrEqual(1_000);
      }
    }
  },
  120_000,
);

it('what the proxy has no price for is not known to cost 0', async () => {
  backend.options = { ...backend.options, faults: [] };
  const { run } = await job(undefined, await corpusOf(THESES.slice(0, 5)));
  const args = ['--target-models', 'openai/unknown', '--allow-unpriced'];
  const { envelope } = await run(args, { env: proxy.environment });
  expect(envelope.error).toBeUndefined();
  expect(envelope.summary).toMatchObject({ n_artifacts_replayed: 5, cost: { usd: null, unpriced_calls: 5 } });
});
