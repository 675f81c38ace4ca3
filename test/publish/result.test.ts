import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { publishResult } from '../../src/publish/result.ts';
import type { Found } from '../../src/results/found.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { openStore } from '../../src/store/open.ts';

it('publishes an envelope that is small, whatever it is given, and a result object that is whole', async () => {
  const root = await mkdtemp(join(tmpdir(), 'result-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const uri = pathToFileURL(root).href;
  const settings = readSettings(['counterfactual', '--corpus', uri], {}, new Date('2026-07-11'));
  const rows = Array.from({ length: 5_000 }, (_, row) => ({ row, text: 'x'.repeat(1_000) }));
  const error = 'e'.repeat(200_000);
  const summary = { rows, by_model: Object.fromEntries(rows.slice(0, 40).map(({ row }) => [row, rows])) };
  const { envelope, exitCode } = await publishResult(
    { status: 'ERROR', exitCode: 75, error, found: { summary, lists: { rows } } as unknown as Found },
    {
      settings,
      runId: '2607110000',
      startedAt: 0,
      making: { settings: { ...settings }, versions: {}, steps: [] },
    },
    openStore(uri),
  );
  expect(exitCode).toBe(75);
  expect(envelope.truncated).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(envelope, null, 2))).toBeLessThan(64 * 1024);
  const read = async (name: string) =>
    JSON.parse(await readFile(join(root, '_replay_runs/2607110000', name), 'utf8'));
  expect(await read('counterfactual.summary.json')).toEqual(envelope);
  expect(await read('counterfactual.json')).toMatchObject({ error, summary, lists: { rows } });
});
