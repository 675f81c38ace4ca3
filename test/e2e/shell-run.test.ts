import { describe, expect, it } from 'vitest';
import { FIXTURE_ARGS, filesUnder, run, temporaryFolder } from './program.ts';

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

  it('imports the SDK of a wire that is used, and of no other', async () => {
    // The build gives it a file of its own.
    const refuse = `import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, context, next) {
        if (/\\/openai-[^/]*$/.test(name)) throw new Error('imported openai');
        return next(name, context);
      } });`;
    const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(refuse)}`;
    const start = async (...args: string[]) =>
      (await run([...args, '--dry-run-llm'], { env: { NODE_OPTIONS } })).envelope;
    expect(await start('counterfactual')).toMatchObject({ status: 'DRY_RUN' });
    expect(await start('concordance')).toMatchObject({ status: 'DRY_RUN' });
    const used = await start('concordance', '--target-models', 'openai/x', '--allow-unpriced');
    expect(used.error).toContain('imported openai');
  });

  it('takes what the build compiled and adds nothing; other runs leave theirs, a dry run none', async () => {
    const { uri } = await temporaryFolder();
    const seen = async (args: readonly string[], env: Record<string, string> = {}) => {
      const { stderr, envelope } = await run(['counterfactual', ...args], {
        env: { ...env, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
      });
      if ('DRY_RUN_LLM' in env) expect(stderr).not.toContain('writing cache');
      expect(['OK', 'PARTIAL', 'DRY_RUN']).toContain(envelope.status);
      return stderr
        .split('\n')
        .filter((line) => line.includes('/dist/worker.js'))
        .join('\n');
    };
    const job = [...FIXTURE_ARGS, '--out', uri, '--agents', 'ic_cio', '--no-report'];
    expect(await seen([], { DRY_RUN_LLM: '1' })).toContain('was accepted');
    expect(await seen([...job, '--dry-run'])).toBe('');
    await seen(job);
    expect(await seen(job)).toContain('was accepted');
  });

  it('still refuses a bad setting', async () => {
    const { code, envelope } = await run(['counterfactual', '--window-days', 'x', '--dry-run-llm']);
    expect(code).toBe(2);
    expect(envelope.status).toBe('ERROR');
  });
});
