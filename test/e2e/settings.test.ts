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

  it.each([
    [['--windw-days', '3'], 'Unknown argument: windw-days; did you mean --window-days? see --help'],
    [['--nothing-like-it'], 'Unknown argument: nothing-like-it; see --help'],
    [['--window-days'], '--window-days: expected a value, found none; see --help'],
  ])('says of %j what to do, whatever the language', async (words, error) => {
    const { code, envelope } = await run(['counterfactual', ...words], { env: { LC_ALL: 'de_DE.UTF-8' } });
    expect({ code, error: envelope.error }).toEqual({ code: 2, error });
  });

  it('prints its help and leaves', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--window-days');
    expect(stdout).toContain('WINDOW_DAYS');
  });
});
