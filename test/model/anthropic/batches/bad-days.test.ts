import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunError } from '../../../../src/shared/errors.ts';
import {
  type AnthropicOptions,
  type AnthropicServer,
  type Received,
  startAnthropic,
} from '../../../servers/anthropic.ts';
import { BatchRecorder, calls, hashOf, transportOver, WORST_USD } from './batches.ts';

let folder: string;
let server: AnthropicServer;
let lines: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batches-'));
  lines = [];
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function start(options: AnthropicOptions = {}): Promise<void> {
  server = await startAnthropic({ answer: ({ messages }) => messages[0]?.content, ...options });
}

async function run(
  pending = calls(10),
  options: ConstructorParameters<typeof BatchRecorder>[0] = {},
): Promise<BatchRecorder> {
  const recorder = new BatchRecorder(options);
  const transport = await transportOver(server, folder, {}, (line) => lines.push(line));
  await transport.send(pending, recorder);
  return recorder;
}

/** What a look at a batch is about; undefined for other requests. */
function lookAt({ method, path }: Received): { id: string; results: boolean } | undefined {
  const [, id, results] = /^\/v1\/messages\/batches\/([^/]+)(\/results)?$/.exec(path) ?? [];
  return method === 'GET' && id !== undefined ? { id, results: results !== undefined } : undefined;
}

const NOT_FOUND = { status: 404, body: { type: 'error', error: { type: 'not_found_error', message: '' } } };

function sentRequests(): number {
  return server.batches.reduce((sum, { requests }) => sum + requests.length, 0);
}

describe('a batch that is not found', () => {
  it.each([
    ['its status, once', (looks: number) => looks === 1, false],
    ['its status, three times', (looks: number) => looks <= 3, false],
    ['its results, once', (looks: number) => looks === 1, true],
    ['its results, three times', (looks: number) => looks <= 3, true],
  ] as const)('is asked for again: %s', async (_, isMissing, results) => {
    let looks = 0;
    await start({
      instead: (received) => {
        if (lookAt(received)?.results !== results) return undefined;
        looks += 1;
        return isMissing(looks) ? NOT_FOUND : undefined;
      },
    });
    const recorder = await run();
    expect([recorder.answered, server.batches.length]).toEqual([10, 1]);
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
    expect(lines.join('\n')).toMatch(/not found; asking again for some minutes/);
  });

  it('is asked for again when the answer is about another one', async () => {
    let looks = 0;
    await start({
      instead: (received, { batches, url }) => {
        if (lookAt(received)?.results !== false || looks++ > 1) return undefined;
        return { body: { ...batches[0]?.view(url), id: 'msgbatch_other' } };
      },
    });
    const recorder = await run();
    expect([recorder.answered, server.batches.length]).toEqual([10, 1]);
  });

  it('is asked for again when it has ended and its results are not there yet', async () => {
    let looks = 0;
    await start({
      instead: (received, { batches, url }) => {
        const look = lookAt(received);
        const batch = batches.find(({ id }) => id === look?.id);
        if (!batch?.endedAt || look?.results) return undefined;
        looks += 1;
        return looks <= 2 ? { body: { ...batch.view(url), results_url: null } } : undefined;
      },
    });
    const recorder = await run();
    expect([recorder.answered, server.batches.length]).toEqual([10, 1]);
  });

  it('is read all the same when the list has it', async () => {
    await start({ instead: (received) => (lookAt(received)?.results === false ? NOT_FOUND : undefined) });
    const recorder = await run();
    expect([recorder.answered, server.batches.length]).toEqual([10, 1]);
  });

  it.each([
    ['not even in the list', false],
    ['in the list, but without results', true],
  ])('is gone, booked at its worst case, and counts as sent: %s', async (_, isListed) => {
    await start({
      instead: (received) => {
        const isList = received.method === 'GET' && received.path === '/v1/messages/batches';
        if (isList && !isListed) return { body: { data: [], has_more: false } };
        const look = lookAt(received);
        return look && look.results === isListed ? NOT_FOUND : undefined;
      },
    });
    const recorder = await run();
    expect(server.batches).toHaveLength(3);
    expect(recorder.reasons).toEqual(Array(10).fill('batch_gone'));
    expect(recorder.budget.spentUsd).toBeCloseTo(30 * WORST_USD, 12);
  });

  it.each([1, 2, 3])('is not created again while the list is behind: %i looks', async (behind) => {
    let looks = 0;
    await start({
      faults: (_, { method }) => (method === 'POST' ? 'lost' : undefined),
      instead: ({ method, path }, { batches }) => {
        if (batches.length === 0 || method !== 'GET' || path !== '/v1/messages/batches') return undefined;
        looks += 1;
        return looks <= behind ? { body: { data: [], has_more: false } } : undefined;
      },
    });
    const recorder = await run();
    expect([recorder.answered, server.batches.length]).toEqual([10, 1]);
  });

  it('is gone at once when it is archived', async () => {
    await start({
      instead: (received, { batches, url }) => {
        const look = lookAt(received);
        const batch = batches.find(({ id }) => id === look?.id);
        const archived = { results_url: null, archived_at: new Date().toISOString() };
        return batch?.index === 0 ? { body: { ...batch.view(url), ...archived } } : undefined;
      },
    });
    const recorder = await run();
    expect([recorder.answered, server.batches.length]).toEqual([10, 2]);
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd / 2 + 10 * WORST_USD, 12);
  });

  it('is paid for by the budget, which ends the run', async () => {
    await start({
      instead: (received) => {
        if (received.method === 'POST') return undefined;
        return lookAt(received) ? NOT_FOUND : { body: { data: [], has_more: false } };
      },
    });
    const recorder = await run(calls(10), { limitUsd: 10 * WORST_USD });
    expect(sentRequests()).toBe(10);
    expect(recorder.budget.exhausted).toBe(true);
    expect(recorder.outcomes).toEqual([]);
  });
});

describe('a batch of a gateway', () => {
  const isCreation = ({ method, path }: Received) => method === 'POST' && path === '/v1/messages/batches';

  it.each(['bGl0ZWxsbTpiYXRjaA==', 'msgbatch:1', 'job.1~2', 'm'.repeat(200)])(
    'has an id of its own: %s',
    async (id) => {
      await start({ onBatchCreated: (batch) => void Object.assign(batch, { id }) });
      const recorder = await run();
      expect([recorder.answered, server.batches.length]).toEqual([10, 1]);
    },
  );

  it.each([
    ['an id that is none', { id: '../../etc' }],
    ['the form of another API', { object: 'batch', created_at: 1_714_508_499, processing_status: undefined }],
  ])('that cannot be followed is created once: %s', async (_, change) => {
    let created = 0;
    await start({
      instead: (received) => {
        if (!isCreation(received)) return undefined;
        created += 1;
        const whole = {
          id: 'batch_1',
          processing_status: 'in_progress',
          created_at: new Date().toISOString(),
        };
        return { body: { ...whole, ...change } };
      },
    });
    await expect(run()).rejects.toThrow(
      /expected to create a batch of 10, found one .*check ANTHROPIC_BASE_URL/,
    );
    expect(created).toBe(1);
  });
});

describe('one odd result', () => {
  const message = {
    id: 'm',
    content: [{ type: 'text', text: '"x"' }],
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  const succeeded = (change: object) => ({
    result: { type: 'succeeded', message: { ...message, ...change } },
  });

  it.each([
    ['a lone null', 'null'],
    ['half a line', '{"custom_id": "'],
    ['a page', '<html>Bad gateway</html>'],
    ['no result', {}],
    ['no message', { result: { type: 'succeeded' } }],
    ['null content', succeeded({ content: null })],
    ['a text block without text', succeeded({ content: [{ type: 'text' }] })],
    ['no usage', succeeded({ usage: undefined })],
    ['null tokens', succeeded({ usage: { input_tokens: null, output_tokens: null } })],
    ['tokens as text', succeeded({ usage: { input_tokens: '100', output_tokens: 1 } })],
    ['fewer tokens than none', succeeded({ usage: { input_tokens: -1, output_tokens: 1 } })],
    ['a new type', { result: { type: 'paused' } }],
    ['an error that is null', { result: { type: 'errored', error: null } }],
    ['an error one level up', { result: { type: 'errored', error: { type: 'api_error', message: 'flat' } } }],
    ['a bad request one level up', { result: { type: 'errored', error: { type: 'invalid_request_error' } } }],
    [
      'a permission error',
      { result: { type: 'errored', error: { error: { type: 'permission_error', message: 'blocked' } } } },
    ],
  ])('costs at most its own call: %s', async (_, odd) => {
    let readings = 0;
    await start({
      instead: (received, { batches }) => {
        const look = lookAt(received);
        const batch = batches.find(({ id, index }) => id === look?.id && index === 0);
        if (!look?.results || !batch?.endedAt) return undefined;
        readings += 1;
        const [first = '', ...others] = batch.lines().split('\n');
        const { custom_id } = JSON.parse(first);
        const line = typeof odd === 'string' ? odd : JSON.stringify({ custom_id, ...odd });
        return { body: [line, ...others, ...others].join('\r\n') };
      },
    });
    const recorder = await run();
    expect(recorder.outcomes).toHaveLength(10);
    expect(recorder.answered).toBeGreaterThanOrEqual(9);
    expect(readings).toBeLessThanOrEqual(3);
    expect(Number.isFinite(recorder.budget.spentUsd)).toBe(true);
    expect(recorder.budget.spentUsd).toBeGreaterThanOrEqual(server.paidUsd * 0.9);
  });

  it.each(['null', '', '<html>Bad gateway</html>'])(
    'is no reason to pay again where none can be read: %j',
    async (body) => {
      let readings = 0;
      await start({
        instead: (received, { batches }) => {
          const look = lookAt(received);
          const isEnded = batches.some(({ id, endedAt }) => id === look?.id && endedAt);
          return look?.results && isEnded && ++readings <= 4 ? { body } : undefined;
        },
      });
      expect((await run()).answered).toBe(10);
      expect(sentRequests()).toBe(10);
    },
    120_000,
  );

  it('holds up no run when it is the only one of what was sent again', async () => {
    await start({
      instead: (received, { batches }) => {
        const look = lookAt(received);
        const batch = batches.find(({ id, index }) => id === look?.id && index < 2);
        if (!look?.results || !batch?.endedAt) return undefined;
        const [, ...others] = batch.lines().split('\n');
        return { body: ['{"custom_id": "', ...others].join('\n') };
      },
    });
    expect((await run()).answered).toBe(10);
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([10, 1, 1]);
  }, 120_000);

  it('may hold what Unicode calls line separators', async () => {
    await start({ answer: () => 'one\u2028two\u2029three\u0085four' });
    const recorder = await run(calls(3));
    expect([...recorder.answers.values()]).toEqual(Array(3).fill('one\u2028two\u2029three\u0085four'));
  });
});

describe('an account that cannot pay', () => {
  it.each([
    'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.',
    'You have reached your specified API usage limits. You will regain access on 2026-12-01.',
    'You have reached your specified workspace API usage limits.',
    'This request would exceed your spend limit',
  ])('ends the run, whose error says so: %s', async (text) => {
    const error = { type: 'error', error: { type: 'invalid_request_error', message: text } };
    await start({
      instead: (received, { batches }) => {
        const look = lookAt(received);
        const batch = batches.find(({ id }) => id === look?.id);
        if (!look?.results || !batch?.endedAt) return undefined;
        const result = { type: 'errored', error };
        return {
          body: batch.requests.map(({ custom_id }) => JSON.stringify({ custom_id, result })).join('\n'),
        };
      },
    });
    await expect(run()).rejects.toThrow(text);
    await server.close();
    await start({ instead: ({ method }) => (method === 'POST' ? { status: 400, body: error } : undefined) });
    await expect(run(calls(20), { known: 1 })).rejects.toThrow(text);
    expect(server.posts('/v1/messages/batches')).toHaveLength(1);
    await server.close();
    await start({ instead: ({ method }) => (method === 'POST' ? { status: 200, body: error } : undefined) });
    await expect(run(calls(20), { known: 1 })).rejects.toThrow(text);
    expect(server.posts('/v1/messages/batches')).toHaveLength(1);
  });
});

describe('a refusal to show a batch', () => {
  it.each([
    ['403 of its status', 403, /batches\/[^/]+$/],
    ['401 of its status', 401, /batches\/[^/]+$/],
    ['400 of its results', 400, /results$/],
    ['404 of the list', 404, /batches$/],
  ] as const)('is believed at the third time only: %s', async (_, status, path) => {
    let refusals = 2;
    await start({
      instead: ({ method, path: asked }) =>
        method === 'GET' && path.test(asked) && refusals-- > 0
          ? { status, body: { type: 'error', error: { type: 'x', message: 'not yet' } } }
          : undefined,
    });
    expect((await run()).answered).toBe(10);
    expect(server.batches).toHaveLength(1);
  });
});

describe('the key', () => {
  it.each([
    ['results_url', (url: string) => ({ view: { results_url: `${url}/results` } })],
    [
      'a redirection',
      (url: string) => ({ raw: { status: 307, headers: { location: `${url}/x` }, body: '' } }),
    ],
  ] as const)('is not sent to another host that an answer names: %s', async (_, spoil) => {
    const keys: unknown[] = [];
    const other = createServer((request, response) => {
      keys.push(request.headers['x-api-key'] ?? request.headers.authorization);
      response.writeHead(403).end('not from here');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const spoilt: { view?: object; raw?: { status: number; headers: Record<string, string>; body: string } } =
      spoil(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
    await start({
      instead: (received, { batches, url }) => {
        const look = lookAt(received);
        const batch = batches.find(({ id }) => id === look?.id);
        if (!batch?.endedAt) return undefined;
        if (spoilt.view && !look?.results) return { body: { ...batch.view(url), ...spoilt.view } };
        return look?.results ? spoilt.raw : undefined;
      },
    });
    if (spoilt.view) expect((await run()).answered).toBe(10);
    else await expect(run()).rejects.toThrow(/HTTP 307/);
    expect(keys).toEqual([]);
    other.close();
    other.closeAllConnections();
  });
});

describe('a list of batches', () => {
  const entry = (id: string) => ({
    id,
    processing_status: 'in_progress',
    created_at: new Date().toISOString(),
    request_counts: { processing: 20_000, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
  });
  const pages = (answer: (after: string | null) => unknown) =>
    start({
      instead: ({ method, path, query }) =>
        method === 'GET' && path === '/v1/messages/batches'
          ? { body: answer(query.get('after_id')) }
          : undefined,
    });

  it.each([
    ['gives the same page again', () => ({ data: [entry('a')], has_more: true })],
    [
      'goes round in a circle',
      (after: string | null) => ({ data: [entry(after === 'a' ? 'b' : 'a')], has_more: true }),
    ],
    [
      'has more, and nothing that is a batch',
      () => ({ data: [{ id: `x${Math.random()}` }], has_more: true }),
    ],
    ['has more and nothing on the page', () => ({ data: [], has_more: true })],
    ['ends a page in an entry without an id', () => ({ data: [entry('a'), {}], has_more: true })],
  ] as const)('that %s ends in an error', async (_, answer) => {
    await pages(answer);
    await expect(run()).rejects.toThrow(/expected each page of the list of batches to move on/);
    await expect(run()).rejects.toBeInstanceOf(RunError);
    expect(server.posts('/v1/messages/batches')).toEqual([]);
  });

  it('may hold entries that are no batches', async () => {
    await pages(() => ({ data: [null, 7, { id: '../x' }, entry('a')], has_more: false }));
    expect((await run()).answered).toBe(10);
  });
});

describe('two runs at once', () => {
  it('send the same calls once: a conditional put decides who', async () => {
    await start({ batch: { durationMs: 200 } });
    const [one, other] = await Promise.all([run(), run()]);
    expect(server.batches).toHaveLength(1);
    expect([one.answered, other.answered]).toEqual([10, 10]);
  });
});

describe('a batch that another run collected meanwhile', () => {
  it('is read once more, not sent again', async () => {
    await start();
    await run();
    const recorder = await run();
    expect([recorder.answered, server.batches.length]).toEqual([10, 1]);
  });

  it('is sent again as far as it had no answers', async () => {
    await start({ batch: { result: (id) => (id < '8' ? 'succeeded' : 'canceled') } });
    const first = await run();
    const sent = server.batches.length;
    server.options = { answer: ({ messages }) => messages[0]?.content };
    const second = await run();
    expect([first.answered < 10, second.answered]).toEqual([true, 10]);
    expect(server.batches).toHaveLength(sent + 1);
    expect(server.batches.at(-1)?.requests).toHaveLength(10 - first.answered);
  });
});

describe('documents that someone else wrote', () => {
  const documents = () => readdir(join(folder, '_replay_batches'));

  it.each([
    ['no JSON', () => '{'],
    ['a list', () => '[]'],
    ['a path for an id', (json: object) => JSON.stringify({ ...json, batch_id: '../../v1/x' })],
    ['hashes that are none', (json: object) => JSON.stringify({ ...json, hashes: [null, 'x'] })],
    ['no date', (json: object) => JSON.stringify({ ...json, created_at: 'soon' })],
  ] as const)('are as if absent: %s', async (_, spoil) => {
    await start();
    await run();
    for (const name of await documents()) {
      const path = join(folder, '_replay_batches', name);
      await writeFile(path, spoil(JSON.parse(await readFile(path, 'utf8'))));
    }
    // Without its document the batch is found in the list.
    expect((await run()).answered).toBe(10);
    expect(server.batches).toHaveLength(1);
  });

  it('hold no run for ever when they are dated ahead', async () => {
    await start({ onBatchCreated: () => 'withhold', batch: { durationMs: Infinity } });
    const abort = new AbortController();
    const interrupted = run(calls(3), { signal: abort.signal });
    while (server.batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort(new Error('stopped'));
    await interrupted;
    const [name = ''] = await documents();
    const path = join(folder, '_replay_batches', name);
    const document = JSON.parse(await readFile(path, 'utf8'));
    const later = new Date(Date.now() + 365 * 24 * 3_600_000).toISOString();
    await writeFile(path, JSON.stringify({ ...document, created_at: later }));
    server.batches.length = 0;
    server.options = { answer: ({ messages }) => messages[0]?.content };
    const recorder = await run(calls(3));
    expect([...recorder.answers.keys()].sort()).toEqual(
      calls(3)
        .map(({ hash }) => hash)
        .sort(),
    );
    expect(recorder.answers.get(hashOf('call 1'))).toBe('call 1');
  });
});
