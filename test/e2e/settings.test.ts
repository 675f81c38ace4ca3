import { describe, expect, it } from 'vitest';
import { run } from './program.ts';

describe('the command line', () => {
  it('answers a bad setting with one line, an envelope and exit 2', async () => {
    const { code, stderr, envelope } = await run(['counterfactual', '--agents', 'nobody']);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('found \\"nobody\\"');
    expect(envelope).toMatchObject({ status: 'ERROR', error: expect.stringContaining('--agents: expected') });
  });

  it('refuses a job that is not there yet', async () => {
    const { code, envelope } = await run(['report']);
    expect(code).toBe(2);
    expect(envelope.error).toContain('counterfactual');
  });

  it('prints its help and leaves', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--window-days');
    expect(stdout).toContain('WINDOW_DAYS');
  });
});
