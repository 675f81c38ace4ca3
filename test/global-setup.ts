import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestProject } from 'vitest/node';
import { FIXTURE_ARGS, RECORDED, run } from './e2e/program.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a finished run over the fixtures is asked for, by job. */
    fixtureRuns: string;
  }
}

const ARGS: Readonly<Record<string, readonly string[]>> = {
  counterfactual: FIXTURE_ARGS,
  concordance: [...FIXTURE_ARGS, ...RECORDED],
};

/** Runs each job over the fixtures once for all test files, as soon as the first test asks for it: a test of one unit
 * waits for neither. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'fixture-runs-'));
  const children: ChildProcess[] = [];
  const start = async (job: string) => {
    const out = join(folder, job);
    const args = [job, ...(ARGS[job] ?? []), '--out', pathToFileURL(out).href];
    return { out, ...(await run(args, { onStart: (child) => children.push(child) })) };
  };
  const runs = new Map<string, ReturnType<typeof start>>();
  const server = createServer((request, response) => {
    const job = request.url?.slice(1) ?? '';
    const finished = runs.get(job) ?? start(job);
    runs.set(job, finished);
    finished.then(
      (result) => response.end(JSON.stringify(result)),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  project.provide('fixtureRuns', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    for (const child of children) child.kill();
    await Promise.allSettled(runs.values());
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  };
}
