import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export const FIXTURES = new URL('../../fixtures/decision_artifacts', import.meta.url).href;
export const FIXTURES_END = '2026-07-11T09:00:00Z';
/** The fixtures and the end of their window. */
export const FIXTURE_ARGS = ['--corpus', FIXTURES, '--end-time-iso', FIXTURES_END];
/** Answers that were recorded for the fixtures. */
export const RECORDED = [
  '--transport',
  'recorded',
  '--recordings',
  fileURLToPath(new URL('../../fixtures/recordings', import.meta.url)),
];

// biome-ignore lint/suspicious/noExplicitAny: tests look into documents of many shapes
export type Json = any;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as the one JSON document that it is. */
  readonly envelope: Json;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Sees the process as soon as it has started. */
  readonly onStart?: (child: ReturnType<typeof spawn>) => void;
}

/** Starts the built program with no other environment than `env` and PATH, and waits for its end. */
export function run(args: readonly string[], { env = {}, cwd, onStart }: RunOptions = {}): Promise<Finished> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, ...env },
    ...(cwd && { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart?.(child);
  const [out, err]: Buffer[][] = [[], []];
  child.stdout?.on('data', (chunk) => out?.push(chunk));
  child.stderr?.on('data', (chunk) => err?.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const stdout = Buffer.concat(out ?? []).toString();
      const stderr = Buffer.concat(err ?? []).toString();
      try {
        resolve({ code, stdout, stderr, envelope: stdout.startsWith('{') ? JSON.parse(stdout) : undefined });
      } catch {
        reject(new Error(`expected one JSON document on stdout, found ${stdout}\n${stderr}`));
      }
    });
  });
}

/** A folder of this test's own, gone when it ends. */
export async function temporaryFolder(): Promise<{ path: string; uri: string }> {
  const path = await mkdtemp(join(tmpdir(), 'e2e-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return { path, uri: pathToFileURL(path).href };
}

/** Writes objects by key under a folder. */
export async function writeObjects(
  root: string,
  objects: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [key, body] of Object.entries(objects)) {
    await mkdir(dirname(join(root, key)), { recursive: true });
    await writeFile(join(root, key), body);
  }
}

export async function readJson(root: string, key: string): Promise<Json> {
  return JSON.parse(await readFile(join(root, key), 'utf8'));
}

/** Every file under a folder, sorted. */
export async function filesUnder(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}
