import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Json } from '../e2e/program.ts';
import { type BatchApi, type BatchApiOptions, startBatchApi } from '../servers/batch-api.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/submit-job.ts', import.meta.url));

export interface Submitted {
  readonly code: number | null;
  readonly stderr: string;
  /** stdout as the one JSON document that it is. */
  readonly document: Json;
}

export interface SubmitOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Sees the process as soon as it has started. */
  readonly onStart?: (child: ReturnType<typeof spawn>) => void;
  /** Sees the process, and what it has printed for people, whenever it prints. */
  readonly onStderr?: (child: ReturnType<typeof spawn>, text: string) => void;
}

/** Starts the script with no other environment than `env`, PATH and a cache of compiled code, and waits for its end. */
export function submit(
  args: readonly string[],
  { env = {}, onStart, onStderr }: SubmitOptions,
): Promise<Submitted> {
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    // No profile of this machine, and no search for credentials on a network.
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      HOME: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart?.(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
    onStderr?.(child, stderr);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      try {
        resolve({ code, stderr, document: stdout.startsWith('{') ? JSON.parse(stdout) : stdout });
      } catch {
        reject(new Error(`expected one JSON document on stdout, found ${stdout}\n${stderr}`));
      }
    });
  });
}

const apis: BatchApi[] = [];

export async function batchApi(options: BatchApiOptions = {}): Promise<BatchApi> {
  const api = await startBatchApi(options);
  apis.push(api);
  return api;
}

/** For `afterAll`: tests that run side by side do not know which of them has ended. */
export async function closeBatchApis(): Promise<void> {
  await Promise.all(apis.splice(0).map((api) => api.close()));
}
