import { describe, expect, it, onTestFinished } from 'vitest';
import { type Fault, type S3Server, startS3Server } from '../servers/s3/server.ts';
import { type Captured, captures, corpusOf, ofFamily, originalModel, promptOf, rendered } from './model.ts';
import { FIXTURES_END, type Finished, type Json, run } from './program.ts';
import { accountedFor, job, RUN_ID, serve } from './replaying.ts';

const CORPUS = rendered(ofFamily(captures(), 'thinktank_theme'));

/** Enough captures, each with a prompt of its own, for calls to be in flight while others end. */
function many(count: number): Captured[] {
  return Array.from({ length: count }, (_, index) => {
    const { key, family, json } = CORPUS[index % CORPUS.length] as Captured;
    const full_prompt_context = { ...json.full_prompt_context, user_prompt: `Prompt ${index}.` };
    const renamed = key.replace(/[^/]+$/, `bad-day-${index}.json`);
    return { key: renamed, family, json: { ...json, run_id: `bad-day-${index}`, full_prompt_context } };
  });
}

async function bucket(fault?: Fault): Promise<S3Server> {
  const s3 = await startS3Server(fault && { faults: [fault] });
  onTestFinished(() => s3.close());
  return s3;
}

describe.each(['messages', 'batches'] as const)('answers that cannot be kept (%s)', (transport) => {
  const isAnswer = ({ method, key }: { method: string; key: string }) =>
    method === 'PUT' && key.includes('_replay_cache/');

  async function runs(times: number, strikesFrom: number, does: Fault['does']) {
    const all = many(150);
    const server = await serve({ answer: originalModel(all), latencyMs: 20 });
    const corpus = await corpusOf(all);
    let puts = 0;
    const s3 = await bucket({ does, on: (request) => isAnswer(request) && ++puts > strikesFrom });
    const ended: Finished[] = [];
    for (let n = 0; n < times; n += 1) {
      const args = ['concordance', ...corpus, '--out', 's3://bucket/out', '--transport', transport];
      const options = ['--metrics', 'none', '--no-report'];
      const env = { ...server.environment, ...s3.environment, AWS_MAX_ATTEMPTS: '3' };
      ended.push(await run([...args, ...options], { env }));
    }
    return { server, s3, ended };
  }

  it('are not asked for', async () => {
    const { server, ended } = await runs(1, 0, { status: 403, code: 'AccessDenied' });
    expect(server.paid).toEqual([]);
    expect(ended[0]?.code).toBe(1);
    expect(ended[0]?.envelope.error).toMatch(/_replay_cache.*AccessDenied.*s3:PutObject/);
  });

  it.each([
    ['are refused', { status: 403, code: 'AccessDenied' }, 1],
    ['are asked for more slowly', { status: 503, code: 'SlowDown' }, 75],
    ['go to some gateway', { page: '<html>' }, 75],
  ] as const)('that %s end the run, and no other pays for them', async (_, does, probed) => {
    // The probe and ten answers succeed.
    const { server, s3, ended } = await runs(3, 11, does);
    expect(ended.map(({ code }) => code)).toEqual([75, probed, probed]);
    expect(ended[0]?.envelope.error).toMatch(/expected to keep every answer .* no further call was begun/);
    // Eight are in flight at first, and one more with each answer that is kept.
    if (transport === 'messages') expect(server.paid.length - 10).toBeLessThanOrEqual(8 + 10 + 1);
    else expect(server.paid).toHaveLength(150);

    s3.heal();
    const args = ['concordance', ...(await corpusOf(many(150))), '--out', 's3://bucket/out'];
    const paidBefore = server.paid.length;
    const kept = [...s3.objects.keys()].filter((key) => /_replay_cache\/..\//.test(key)).length;
    const healed = await run([...args, '--transport', transport, '--metrics', 'none', '--no-report'], {
      env: { ...server.environment, ...s3.environment },
    });
    expect(healed.envelope).toMatchObject({ status: 'OK', summary: { n_artifacts_replayed: 150 } });
    expect(server.paid.length - paidBefore).toBe(transport === 'messages' ? 150 - kept : 0);
    if (transport === 'messages') return;
    // Each call has one row, although the first run had read its answer.
    const rows = [...s3.objects]
      .filter(([key]) => key.includes('_cost_raw/'))
      .map(([, { body }]) => `${body}`);
    const hashes = rows
      .flatMap((text) => text.split('\n').filter(Boolean))
      .map((row) => JSON.parse(row).call_hash);
    expect([hashes.length, new Set(hashes).size]).toEqual([150, 150]);
  });
});

describe.each(['messages', 'batches'] as const)('one bad item costs one item (%s)', (transport) => {
  it('whatever is said of it', async () => {
    const all = many(60);
    const refused = new Map([
      ['Prompt 3.', 403],
      ['Prompt 21.', 404],
      ['Prompt 33.', 400],
      ['Prompt 47.', 413],
    ]);
    const server = await serve({
      answer: originalModel(all),
      latencyMs: 10,
      faults: (_, { body }) => {
        const text = JSON.stringify(body ?? '');
        const [, status] = [...refused].find(([prompt]) => text.includes(`"${prompt}"`)) ?? [];
        return status === undefined ? undefined : { status, message: 'says why' };
      },
    });
    const one = await job(server, await corpusOf(all));
    const { code, envelope } = await one.run(['--transport', transport]);
    expect([code, envelope.status]).toEqual([0, 'PARTIAL']);
    expect(envelope.summary.n_artifacts_replayed).toBe(56);
    const summary = await one.summary();
    accountedFor(summary);
    expect(summary.replay_failures.map(({ reason }: Json) => reason).sort()).toEqual([
      'bad_request',
      'forbidden',
      'not_found',
      'too_large',
    ]);
    // A later run asks for these four alone.
    const before = server.paid.length;
    await one.run(['--transport', transport]);
    expect(server.paid).toHaveLength(before);
  });
});

describe.each(['messages', 'batches'] as const)(
  'prompts that cannot be had when they are to be sent (%s)',
  (transport) => {
    it.each([
      ['are refused', { status: 403, code: 'AccessDenied' }, 1],
      ['are slow in coming back', { status: 503, code: 'SlowDown' }, 75],
      ['have credentials that expired', { status: 400, code: 'ExpiredToken' }, 75],
    ] as const)('%s: nothing is published, and a later run publishes all', async (_, does, exitCode) => {
      const all = many(60);
      const server = await serve({ answer: originalModel(all) });
      const reads = new Map<string, number>();
      // Each capture is read once to classify it, and once more for its prompt.
      const isPrompt = ({ method, key }: { method: string; key: string }) => {
        if (method !== 'GET' || !key.startsWith('in/')) return false;
        reads.set(key, (reads.get(key) ?? 0) + 1);
        return (reads.get(key) ?? 0) > 1 && reads.size === 60;
      };
      const s3 = await startS3Server({
        objects: Object.fromEntries(all.map(({ key, json }) => [`in/${key}`, JSON.stringify(json)])),
      });
      onTestFinished(() => s3.close());
      const start = () =>
        run(
          [
            ...['concordance', '--corpus', 's3://bucket/in', '--out', 's3://bucket/out', '--no-report'],
            ...['--end-time-iso', FIXTURES_END, '--metrics', 'file', '--transport', transport],
          ],
          { env: { ...server.environment, ...s3.environment, AWS_MAX_ATTEMPTS: '2' } },
        );
      let struck = 0;
      s3.inject({ does, on: (request) => isPrompt(request) && ++struck > 20 });
      const disturbed = await start();
      expect([disturbed.code, disturbed.envelope.status]).toEqual([exitCode, 'ERROR']);
      const published = () => [...s3.objects.keys()].filter((key) => /_replay_summary|_metrics/.test(key));
      expect(published()).toEqual([]);
      s3.heal();
      expect((await start()).envelope).toMatchObject({ status: 'OK', summary: { n_artifacts_replayed: 60 } });
      expect(published().length).toBeGreaterThan(1);
      expect(server.paid).toHaveLength(60);
    });
  },
);

it('one dead target of several is named, and the others finish', async () => {
  const server = await serve({
    answer: originalModel(CORPUS),
    models: ['claude-haiku-4-5', 'claude-opus-5'],
  });
  const targets = ['--target-models', 'claude-haiku-4-5,claude-sonnet-5,claude-opus-5'];
  const one = await job(server, await corpusOf(CORPUS));
  const { code, envelope, stderr } = await one.run(targets);
  expect([code, envelope.status]).toEqual([0, 'PARTIAL']);
  expect(envelope.summary.failed_targets).toEqual([
    { target_model: 'claude-sonnet-5', error: expect.stringContaining('check --target-models') },
  ]);
  expect(stderr).toMatch(/gave up a target model.*claude-sonnet-5/);
  for (const model of ['claude-haiku-4-5', 'claude-opus-5']) {
    const summary = await one.summary(`_replay_summary/${RUN_ID}_${model}.json`);
    accountedFor(summary);
    expect(summary.n_artifacts_replayed).toBe(CORPUS.length);
  }
  const dead = await one.summary(`_replay_summary/${RUN_ID}_claude-sonnet-5.json`);
  accountedFor(dead);
  expect([dead.n_artifacts_replayed, dead.replay_failures.length]).toEqual([0, CORPUS.length]);
});

it('a prompt with half a surrogate pair is replayed', async () => {
  const all = many(12).map((one, index) => {
    if (index !== 5) return one;
    const user_prompt = 'Prompt 5: BUY \ud83d and hold.';
    const full_prompt_context = { ...one.json.full_prompt_context, user_prompt };
    return { ...one, json: { ...one.json, full_prompt_context } };
  });
  const original = originalModel(all.map((one, index) => (index === 5 ? (many(12)[5] as Captured) : one)));
  const server = await serve({
    answer: (request) =>
      original(
        promptOf(request).includes('BUY')
          ? { ...request, messages: [{ role: 'user', content: 'Prompt 5.' }] }
          : request,
      ),
  });
  const { envelope } = await (await job(server, await corpusOf(all))).run();
  expect(envelope).toMatchObject({ status: 'OK', summary: { n_artifacts_replayed: 12 } });
  expect(server.paid.map(({ request }) => promptOf(request))).toContain('Prompt 5: BUY \ufffd and hold.');
});
