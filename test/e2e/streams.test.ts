import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { FIXTURE_ARGS, filesUnder, run, temporaryFolder } from './program.ts';

const FEW = ['counterfactual', ...FIXTURE_ARGS, '--agents', 'macro_economist', '--metrics', 'none'];

/** Runs `redirected`, a line of bash, where `"$@"` is the program over few fixtures. */
async function inShell(redirected: string, args: readonly string[] = FEW) {
  const { path, uri } = await temporaryFolder();
  const command = [process.execPath, 'dist/main.js', ...args, '--out', uri];
  const { status } = spawnSync('bash', ['-c', redirected, 'bash', ...command]);
  return { status, files: await filesUnder(path) };
}

describe('streams that cannot be written to', () => {
  it.each([
    ['stdout whose reader leaves', '"$@" 2>/dev/null | true; exit $PIPESTATUS'],
    ['stderr whose reader leaves', '{ "$@" 2>&1 >&3 | true; exit $PIPESTATUS; } 3>/dev/null'],
    ['stdout that is closed', '"$@" >&- 2>/dev/null'],
    ['stderr that is closed', '"$@" 2>&- >/dev/null'],
    ['stderr on a full disk', '"$@" 2>/dev/full >/dev/null'],
    ['stdout on a full disk', '"$@" >/dev/full 2>/dev/null'],
    ['both whose readers leave', '"$@" 2>&1 | true; exit $PIPESTATUS'],
  ])('%s ends no run', async (_what, redirected) => {
    const { status, files } = await inShell(redirected);
    expect(status).toBe(0);
    expect(files).toContain('_replay_runs/2607110900/counterfactual.json');
  });

  it('leave the exit code of a run that fails', async () => {
    const closed = await inShell('"$@" 2>&1 | true; exit $PIPESTATUS', [
      'counterfactual',
      '--corpus=file:///nowhere',
    ]);
    expect(closed.status).toBe(1);
    const refused = await inShell('"$@" 2>/dev/full >/dev/full', ['counterfactual', '--agents=nobody']);
    expect(refused.status).toBe(2);
  });
});

describe('outside a terminal', () => {
  it('what others wrote is spelt out all the same: logs are shown on one later', async () => {
    const { uri } = await temporaryFolder();
    const corpus = `file:///nowhere${encodeURIComponent('\u009b2K\u202e\u2028')}`;
    const { code, stdout, stderr } = await run(['counterfactual', '--corpus', corpus, '--out', uri]);
    expect(code).toBe(1);
    for (const text of [stdout, stderr]) {
      expect(text).toContain('nowhere\\u009b2K\\u202e\\u2028');
      expect(text).not.toMatch(/[\u0080-\u009f\u202e\u2028]/);
    }
  });

  it('the envelope is one line, and so is each record of the log, which names its run', async () => {
    const { uri } = await temporaryFolder();
    const env = { AWS_BATCH_JOB_ATTEMPT: '2', AWS_BATCH_JOB_ARRAY_INDEX: '1', ARRAY_SIZE: '3' };
    const { stdout, stderr } = await run([...FEW, '--out', uri, '--run-key', 'mine'], { env });
    expect(stdout.trimEnd()).not.toContain('\n');
    const records = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.length).toBeGreaterThan(3);
    for (const record of records) {
      expect(record).toMatchObject({ job: 'counterfactual', run_key: 'mine', attempt: 2, array_index: 1 });
      expect(record.level).toBe('info');
    }
  });
});
