import { pino } from 'pino';
import { expect, it } from 'vitest';
import { reportEnding } from '../../src/report/report.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { loggedProgress } from '../../src/shared/progress.ts';
import { Interruption } from '../../src/shared/signals.ts';
import { openStore } from '../../src/store/open.ts';
import { filesUnder, temporaryFolder } from '../e2e/program.ts';

const log = pino({ level: 'silent' });

async function ending(signal: AbortSignal, slow = false) {
  const { path, uri } = await temporaryFolder();
  const settings = readSettings(
    ['counterfactual', '--corpus', uri, '--out', uri],
    {},
    new Date('2026-07-11'),
  );
  const store = openStore(uri);
  const out = slow ? Object.assign(store, { list: () => new Promise<never>(() => {}) }) : store;
  const run = { settings, runKey: 'k', out, log, progress: loggedProgress(log), signal };
  return { path, report: await reportEnding({ status: 'OK', run_id: '2607110000' }, run) };
}

it('a run that is interrupted while its report is made ends without it, at once', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Interruption('SIGTERM')), 50);
  const { path, report } = await ending(controller.signal, true);
  expect(report).toEqual({ error: 'interrupted by SIGTERM' });
  expect(await filesUnder(path)).toEqual([]);
});

it('a result that cannot be shown is an error of the report, which is written and names it', async () => {
  const { path, report } = await ending(new AbortController().signal);
  expect(report).toEqual({
    uri: expect.stringMatching(/_replay_runs\/k\/report\.html$/),
    error: expect.stringMatching(/^_replay_runs\/k\/counterfactual\.json: expected a file of this version/),
  });
  expect(await filesUnder(path)).toEqual(['_replay_runs/k/report.html']);
});
