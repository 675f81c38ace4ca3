import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FIXTURES, FIXTURES_END, temporaryFolder } from '../e2e/program.ts';

const PYTHON = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const RECORDINGS = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url));

const OVER_FIXTURES = ['--corpus', FIXTURES, '--end-time-iso', FIXTURES_END];
const REPLAY = ['concordance', ...OVER_FIXTURES, '--transport', 'recorded', '--recordings', RECORDINGS];

interface TerminalOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** A file that takes the place of the terminal as stdout. */
  readonly stdout?: string;
}

/** What the program prints on a terminal of this many columns, stdout and stderr together. */
async function onTerminal(columns: number, args: string[], { env = {}, stdout: file }: TerminalOptions = {}) {
  const inside = `stty cols ${columns}; exec "$@" ${file ? `> '${file}'` : ''}`;
  const spawn = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
  const { stdout } = await promisify(execFile)(
    PYTHON,
    ['-c', spawn, 'sh', '-c', inside, 'sh', process.execPath, MAIN, ...args],
    {
      timeout: 50_000,
      maxBuffer: 64 * 1024 * 1024,
      env: { PATH: process.env.PATH, TERM: 'xterm-256color', ...env },
    },
  );
  return stdout;
}

/** Every line that ever stood on the screen, the moving ones at each of their steps. */
function linesOf(printed: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what ora starts a line over with
  return printed.split(/\r?\n|\r|\u001b\[1G/).map(stripVTControlCharacters);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour is one
const COLOUR = /\u001b\[[\d;]*m/;

describe('on a terminal', () => {
  it.each([0, 80, 200])('of %i columns the program ends, and shows how far it is', async (columns) => {
    const { uri } = await temporaryFolder();
    const printed = await onTerminal(columns, ['counterfactual', ...OVER_FIXTURES, '--out', uri]);
    expect(printed).toContain('read artifacts');
    expect(printed).toContain('"status":"OK"');
    expect(printed.includes('░')).toBe(columns > 0);
  });

  it.each([40, 80])('of %i columns no line of progress is longer', async (columns) => {
    const { uri } = await temporaryFolder();
    const lines = linesOf(await onTerminal(columns, [...REPLAY, '--out', uri]));
    const progress = lines.filter((line) => /^[⠀-⣿✔]/.test(line));
    expect(progress.some((line) => /[⠀-⣿] {2}(list|read) artifacts/.test(line))).toBe(true);
    for (const step of ['list artifacts', 'read artifacts', 'look up finished calls', 'call models']) {
      expect(progress.filter((line) => line.startsWith(`✔  ${step}`))).toHaveLength(1);
    }
    expect(progress.filter((line) => line.length >= columns)).toEqual([]);
  });

  it('of 80 columns a table says what came out, and nothing is said twice', async () => {
    const { path, uri } = await temporaryFolder();
    const lines = linesOf(await onTerminal(80, [...REPLAY, '--out', uri]));
    const documents = lines.filter((line) => line.startsWith('{'));
    expect(documents).toHaveLength(1);
    const document = JSON.parse(documents[0] as string);
    expect(document).toMatchObject({
      status: 'OK',
      result_uri: `${uri}/_replay_runs/2607110900/concordance.json`,
    });
    expect(document).not.toHaveProperty('summary');
    expect(lines).toContain('claude-haiku-4-5   n  agree  interval  needs  saves/mo  the same');
    expect(lines.filter((line) => line.length > 80 && !line.includes(path))).toEqual([]);
    for (const once of [
      '2026-05-17',
      'claude-haiku-4-5',
      'thinktank_thesis  48',
      'concordance OK',
      'corpus ',
    ]) {
      expect(lines.filter((line) => line.includes(once))).toHaveLength(1);
    }
    expect(lines.join('\n')).not.toMatch(/run (starts|ends)|windowDays/);
  });

  it('stdout that is a file has the whole document, as without a terminal', async () => {
    const { path, uri } = await temporaryFolder();
    const stdout = `${path}/stdout`;
    const printed = await onTerminal(80, [...REPLAY, '--out', uri], { stdout });
    const text = await readFile(stdout, 'utf8');
    const envelope = JSON.parse(text);
    expect(text).toBe(`${JSON.stringify(envelope)}\n`);
    expect(envelope.summary.per_target).toHaveLength(1);
    expect(printed).toContain('thinktank_thesis');
    expect(printed).not.toContain('{"status"');
  });

  it('a dry run, whose result is nowhere else, has it on stdout whole', async () => {
    const printed = await onTerminal(80, ['concordance', ...OVER_FIXTURES, '--dry-run']);
    const [, document = ''] =
      /^(\{.*?^\})/ms.exec(stripVTControlCharacters(printed).replaceAll('\r', '')) ?? [];
    expect(JSON.parse(document).summary.plan).toHaveLength(4);
    expect(stripVTControlCharacters(printed)).toMatch(/\nnext {5}run it without --dry-run/);
  });

  it('NO_COLOR keeps every colour away', async () => {
    const { uri } = await temporaryFolder();
    const args = [...REPLAY, '--out', uri];
    const without = { env: { NO_COLOR: '1' } };
    expect(await onTerminal(80, args, without)).not.toMatch(COLOUR);
    const refused = await onTerminal(80, ['counterfactual', '--agents', 'x'], without).catch(
      ({ stdout }) => stdout,
    );
    expect(refused).toContain('expected a family');
    expect(refused).not.toMatch(COLOUR);
    expect(await onTerminal(80, args)).toMatch(COLOUR);
  });

  it('a run that fails leaves the line of its step, and says what to do', async () => {
    const { uri } = await temporaryFolder();
    const args = ['counterfactual', '--corpus', `${uri}/nowhere`, '--out', uri];
    const failure = await onTerminal(80, args).catch((error) => error);
    expect(failure.code).toBe(1);
    const lines = linesOf(failure.stdout);
    expect(lines.filter((line) => line.startsWith('✖  list artifacts'))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('error    '))).toHaveLength(1);
  });

  it('help fits its width', async () => {
    const lines = linesOf(await onTerminal(80, ['--help']));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(linesOf(await onTerminal(110, ['--help'])).some((line) => line.length > 80)).toBe(true);
  });
});
