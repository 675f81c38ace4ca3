import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FIXTURES, FIXTURES_END, temporaryFolder } from '../e2e/program.ts';

const PYTHON = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** What the program prints on a terminal of this many columns, stdout and stderr together. */
async function onTerminal(columns: number, ...args: string[]): Promise<string> {
  const command = [
    process.execPath,
    MAIN,
    'counterfactual',
    '--corpus',
    FIXTURES,
    '--end-time-iso',
    FIXTURES_END,
  ];
  const inside = `stty cols ${columns}; exec "$@"`;
  const spawn = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
  const { stdout } = await promisify(execFile)(
    PYTHON,
    ['-c', spawn, 'sh', '-c', inside, 'sh', ...command, ...args],
    { timeout: 50_000, maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout;
}

describe('on a terminal', () => {
  it.each([0, 80, 200])('of %i columns the program ends, and shows how far it is', async (columns) => {
    const { uri } = await temporaryFolder();
    const printed = await onTerminal(columns, '--out', uri);
    expect(printed).toContain('read artifacts');
    expect(printed).toContain('"status": "OK"');
    expect(printed.includes('█')).toBe(columns > 0);
  });
});
