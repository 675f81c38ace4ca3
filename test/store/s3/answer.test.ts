import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { ask } from '../../../src/store/s3/answer.ts';

it('takes the beginning of an error without end, and lets go of it', async () => {
  let closed: Promise<unknown> | undefined;
  const server = createServer((_, response) => {
    closed = once(response, 'close');
    response.writeHead(403);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16_384, 'x')));
    };
    response.on('drain', more);
    more();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(async () => {
    await pool.destroy();
    server.close();
  });
  const limits = { key: 'a', maxBytes: 10, signal: undefined };
  const answer = await ask(pool, { path: '/', headers: [] }, limits);
  expect(answer.status).toBe(403);
  expect(answer.body.length).toBeGreaterThan(65_536);
  expect(answer.body.length).toBeLessThan(1_000_000);
  await closed;
});
