import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { familyIds } from '../../src/agents/registry.ts';
import { run, temporaryFolder } from './program.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** What bash offers where the last of the words is being typed, the script being sourced. */
async function offered(...words: string[]): Promise<string[]> {
  const { path } = await temporaryFolder();
  const program = `${path}/replay-batch`;
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  await chmod(program, 0o755);
  const script = `
    source <(replay-batch completion)
    COMP_WORDS=(replay-batch "$@") COMP_CWORD=$#
    _replay-batch_yargs_completions
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { PATH: `${path}:${process.env.PATH}`, SHELL: '/bin/bash' };
  const { stdout } = await promisify(execFile)('bash', ['-c', script, 'bash', ...words], { env });
  return stdout.split('\n').filter(Boolean);
}

describe('completion in bash', () => {
  it.each([
    [[''], ['counterfactual', 'concordance', 'single', 'report', 'completion']],
    [['co'], ['counterfactual', 'concordance', 'completion']],
    [['concordance', '--max-co'], ['--max-cost-usd']],
    [
      ['concordance', '--transport', ''],
      ['messages', 'batches', 'recorded'],
    ],
    [['concordance', '--transport', 'b'], ['batches']],
    [['concordance', '--transport', '=', 're'], ['recorded']],
    [
      ['counterfactual', '--features', ''],
      ['captured', 'original'],
    ],
    [['counterfactual', '--metrics', 'c'], ['cloudwatch']],
    [
      ['concordance', '--structured', ''],
      ['auto', 'json', 'tool'],
    ],
    [['counterfactual', '--agents', 'ic_cio,m'], ['ic_cio,macro_economist']],
    [['counterfactual', '--agents', 'executor', ':', 'en'], ['entry_triggers']],
    [['counterfactual', '--corpus', ''], []],
  ])('of %j is %j', async (words, expected) => {
    expect((await offered(...words)).sort()).toEqual([...expected].sort());
  });

  it('has every family, its colon for bash', async () => {
    const escaped = familyIds.map((id) => id.replaceAll(':', '\\:'));
    expect((await offered('counterfactual', '--agents', '')).sort()).toEqual(escaped.sort());
  });

  it('offers flags that are not there yet', async () => {
    const flags = await offered('single', '--dry-run', '');
    expect(flags).toContain('--artifact-key');
    expect(flags).toContain('--no-cache');
    expect(flags).not.toContain('--dry-run');
    expect(flags).not.toContain('--target-models');
  });
});

describe('the completion script', () => {
  it.each([
    ['/bin/bash', 'complete -o bashdefault'],
    ['/usr/bin/zsh', '#compdef replay-batch'],
  ])('is that of %s', async (shell, part) => {
    const { code, stdout, stderr } = await run(['completion'], { env: { SHELL: shell } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(part);
  });
});
