import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runWhole } from './child.ts';
import { FOLDER } from './corpus.ts';

export const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const USAGE = join(import.meta.dirname, 'usage.js');

export interface Ran {
  /** From its start to its end, whole process. */
  readonly seconds: number;
  readonly cpuMs: number;
  readonly peakMib: number;
  readonly summary: Readonly<Record<string, unknown>>;
  /** Seconds by step, as the job logs them. */
  readonly steps: Readonly<Record<string, number>>;
}

/** Runs a job of the built program, with no other environment than this one and PATH. Throws when it is not OK. */
export async function runJob(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ran> {
  const file = join(FOLDER, 'usage.json');
  const env = { PATH: process.env.PATH, ...environment, BENCH_USAGE: file };
  const started = performance.now();
  const { printed, logged } = await runWhole(process.execPath, ['--import', USAGE, MAIN, ...args], { env });
  const seconds = (performance.now() - started) / 1000;
  const usage = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(file);
  const { status, summary } = JSON.parse(printed);
  if (status !== 'OK') throw new Error(`${args.join(' ')}: ended ${status}\n${printed.slice(0, 2_000)}`);
  return { seconds, ...usage, summary, steps: stepsOf(logged) };
}

function stepsOf(logged: string): Record<string, number> {
  const records = logged.split('\n').filter((line) => line.includes('"step done"'));
  return Object.fromEntries(
    records.map((line) => JSON.parse(line)).map(({ step, seconds }) => [step, seconds]),
  );
}
