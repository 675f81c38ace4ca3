import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import { BatchesTransport } from '../../src/model/anthropic/batches/transport.ts';
import { createClient } from '../../src/model/anthropic/client.ts';
import { TransientError } from '../../src/shared/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { startAnthropic } from '../servers/anthropic.ts';
import { callsOf, Recorder } from './calls.ts';

// Eight tries take more than a minute otherwise.
vi.mock('../../src/model/failure.ts', async (original) => ({
  ...(await original<typeof import('../../src/model/failure.ts')>()),
  retryDelay: () => 1,
}));

it.each([
  ['down', true],
  ['answering 503', false],
] as const)('a service that is %s ends the run', async (_, isDown) => {
  const folder = await mkdtemp(join(tmpdir(), 'batches-'));
  const server = await startAnthropic({ faults: () => ({ status: 503 }) });
  const client = await createClient(server.environment);
  if (isDown) await server.close();
  const transport = new BatchesTransport({
    client,
    store: openStore(pathToFileURL(folder).href),
    runId: '2605160900',
  });
  const running = transport.run(callsOf(3), new Recorder());
  await expect(running).rejects.toThrow(TransientError);
  await expect(running).rejects.toThrow(/expected to list the batches, found .* in 8 tries; run the same/);
  expect(server.requests.length).toBe(isDown ? 0 : 8);
  if (!isDown) await server.close();
  await rm(folder, { recursive: true });
});
