import { describe, expect, it } from 'vitest';
import { filesUnder, run, temporaryFolder } from './program.ts';

// Credential files and the metadata service would be looked up through these.
const NOWHERE = {
  HOME: '/nonexistent',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
};

describe('shell-run', () => {
  it.each(['true', '1', 'yes', ' TRUE ', 'Yes'])(
    'stops before any work for DRY_RUN_LLM=%j',
    async (value) => {
      const { path } = await temporaryFolder();
      const { code, envelope } = await run(['counterfactual', '--out', `file://${path}`], {
        env: { ...NOWHERE, DRY_RUN_LLM: value },
      });
      expect(code).toBe(0);
      expect(envelope).toEqual({
        status: 'DRY_RUN',
        dry_run: true,
        handler: 'counterfactual',
        note: expect.any(String),
        duration_seconds: expect.any(Number),
      });
      expect(await filesUnder(path)).toEqual([]);
    },
  );

  it.each(['counterfactual', 'concordance', 'single', 'report'])(
    'of %s opens no socket, looks up no name, and reads or writes no file but its own code',
    async (job) => {
      const { code, stderr, envelope } = await run(
        [job, ...(job === 'single' ? ['--artifact-key', 'x'] : []), '--dry-run-llm'],
        {
          env: { ...NOWHERE, NODE_OPTIONS: `--import ${new URL('./no-io.js', import.meta.url)}` },
        },
      );
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(envelope.handler).toBe(job);
    },
  );

  it('still refuses a bad setting', async () => {
    const { code, envelope } = await run(['counterfactual', '--window-days', 'x', '--dry-run-llm']);
    expect(code).toBe(2);
    expect(envelope.status).toBe('ERROR');
  });
});
