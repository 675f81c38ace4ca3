import { describe, expect, it } from 'vitest';
import { findRun } from '../../src/report/read-run.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryFolder, writeObjects } from '../e2e/program.ts';

async function storeOf(runs: Readonly<Record<string, string>>) {
  const { path, uri } = await temporaryFolder();
  const objects = Object.entries(runs).map(([key, runId]) => [
    `_replay_runs/${key}.summary.json`,
    JSON.stringify({ status: 'OK', run_id: runId }),
  ]);
  await writeObjects(path, { 'x.json': '{}', ...Object.fromEntries(objects) });
  return openStore(uri);
}

describe('the run to report on', () => {
  it('is the newest by its window end, whatever its key', async () => {
    const store = await storeOf({
      '2607110900/counterfactual': '2607110900',
      'execution-b/concordance': '2607180900',
      'zz/counterfactual': '2607040900',
      'future/counterfactual': '2707040900',
      '2607250900/report': '2607250900',
    });
    expect(await findRun(store, undefined, '2611210000')).toBe('execution-b');
    expect(await findRun(store, undefined, '2607110900')).toBe('2607110900');
    expect(await findRun(store, 'zz', '2611210000')).toBe('zz');
  });

  it('is missed with what was looked for, where, and what to do', async () => {
    const store = await storeOf({ 'a/counterfactual': '2607110900' });
    await expect(findRun(store, 'b', '2611210000')).rejects.toThrow(/under the run key b in file:.*first/);
    await expect(findRun(store, undefined, '2601010000')).rejects.toThrow(/ended by 2601010000 in file:/);
  });
});
