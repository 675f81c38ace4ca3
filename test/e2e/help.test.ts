import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run } from './program.ts';

describe('--help', () => {
  it('fits 80 columns, has groups and exit codes', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    for (const heading of [
      'What is read:',
      'What is written:',
      'concordance:',
      'Verdicts:',
      'Money:',
      'Machine:',
    ]) {
      expect(stdout.split('\n')).toContain(heading);
    }
    expect(stdout).not.toContain('\nOptions:');
    expect(stdout).toMatch(/Exit codes: 0 .*, 1 failed, 2 .*, 75 .*, 130 and 143 interrupted/s);
  });

  it('has examples that the program takes', async () => {
    const { stdout } = await run(['--help']);
    const [, section = ''] = /^Examples:\n(.*?)\n\n/ms.exec(stdout) ?? [];
    const commands = section.split('\n').filter((line) => !line.includes('#'));
    expect(commands.length).toBeGreaterThanOrEqual(5);
    for (const command of commands) {
      expect(command.trim()).toMatch(/^node dist\/main\.js /);
      const [, , ...words] = command.trim().split(' ');
      const { envelope } = await run([...words, '--dry-run-llm']);
      expect(envelope, command).toMatchObject({ status: 'DRY_RUN', handler: words[0] });
    }
  });
});

describe('--version', () => {
  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});
