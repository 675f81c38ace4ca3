import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Running {
  close(): Promise<void>;
}

/** Starts a server program and waits until `url` answers anything over HTTP. Throws, with what the program
 * printed, when it ends before that or takes longer than `readyMs`. The child dies with this process. */
export async function startProcess(
  command: string,
  args: readonly string[],
  {
    url,
    env = {},
    readyMs = 30_000,
  }: { url: string; env?: Readonly<Record<string, string>>; readyMs?: number },
): Promise<Running> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-4_000);
    });
  }
  let failed: Error | undefined;
  child.once('error', (error) => {
    failed = error;
  });
  const close = async () => {
    process.off('exit', kill);
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    kill();
    await once(child, 'exit');
  };
  const deadline = Date.now() + readyMs;
  while (!(await answers(url))) {
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (failed || ended || Date.now() > deadline) {
      await close();
      const why =
        failed?.message ?? (ended ? `ended with ${child.exitCode ?? child.signalCode}` : 'is not ready');
      throw new Error(`${command} ${why}; scripts/install-test-servers.sh installs it\n${printed}`);
    }
    await sleep(50);
  }
  return { close };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return address.port;
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    () => true,
    () => false,
  );
}
