import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { captures, ofFamily, originalModel } from '../e2e/model.ts';
import { FIXTURES_END, run } from '../e2e/program.ts';
import { type AnthropicServer, startAnthropic } from '../servers/anthropic.ts';
import { startVersitygw, type Versitygw } from './servers/versitygw.ts';

const THESES = ofFamily(captures(), 'thinktank_thesis');

let s3: Versitygw;
let model: AnthropicServer;
let store: Store;

beforeAll(async () => {
  s3 = await startVersitygw();
  model = await startAnthropic({ answer: originalModel(THESES) });
  for (const [name, value] of Object.entries(s3.environment)) vi.stubEnv(name, value);
  store = openStore(`s3://${s3.bucket}/decision_artifacts`);
  await Promise.all(THESES.map(({ key, json }) => store.put(key, JSON.stringify(json))));
});

afterAll(async () => {
  vi.unstubAllEnvs();
  store?.close();
  await model?.close();
  await s3?.close();
});

async function keysUnder(prefix: string): Promise<string[]> {
  return (await store.list(prefix)).objects.map(({ key }) => key);
}

it('replays over S3, by either transport, and never pays twice', async () => {
  const uri = `s3://${s3.bucket}/decision_artifacts`;
  const concordance = (...more: string[]) =>
    run(['concordance', '--corpus', uri, '--end-time-iso', FIXTURES_END, '--metrics', 'none', ...more], {
      env: { ...s3.environment, ...model.environment },
    });
  const first = await concordance('--transport', 'batches', '--max-artifacts', '20');
  expect(first.envelope).toMatchObject({ status: 'OK', summary: { cache: { hits: 0, misses: 20 } } });
  const second = await concordance();
  expect(second.envelope).toMatchObject({
    status: 'OK',
    summary: {
      cache: { hits: 20, misses: 28 },
      per_target: [
        {
          per_agent: [{ agent_id_base: 'thinktank_thesis', n: 48, mean: 1 }],
          summary_key: 'decision_artifacts/_replay_summary/2607110900_claude-haiku-4-5.json',
        },
      ],
    },
  });
  expect(Math.max(...model.paidByBody().values())).toBe(1);
  expect(await keysUnder('_replay_cache/')).toHaveLength(48);
  expect(await keysUnder('_cost_raw/')).toHaveLength(2);
  expect(await keysUnder('_replay_summary/')).toContain('_replay_summary/latest.json');
});
