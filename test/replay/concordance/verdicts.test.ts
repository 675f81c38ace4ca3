import { expect, test } from 'vitest';
import { type Captured, captures, corpusOf, ofFamily, originalModel, rendered } from '../../e2e/model.ts';
import { filesUnder, type Json } from '../../e2e/program.ts';
import { accountedFor, lasting, lineOf, serve, sum } from '../../e2e/replaying.ts';
import type { MessageBody } from '../../servers/anthropic.ts';
import { job } from '../run-job.ts';

const FAMILY = 'thinktank_thesis';
const HAIKU = 'claude-haiku-4-5';
const SONNET = 'claude-sonnet-4-6';
const OPUS = 'claude-opus-5';

/** Theses with prompts of their own, spread over as many days, which are their runs; captured from `model`. */
function theses(count: number, days: number, model = SONNET): Captured[] {
  const usable = ofFamily(captures(), FAMILY).filter(({ json }) => !/dry.run/i.test(JSON.stringify(json)));
  const copies = Array.from({ length: count }, (_, index) => {
    const { json, ...one } = usable[index % usable.length] as Captured;
    const day = new Date(Date.UTC(2026, 6, 10 - (index % days))).toISOString().slice(0, 10);
    const key = `${day.replaceAll('-', '/')}/${FAMILY}/thesis-${index}.json`;
    return { ...one, key, json: { ...json, model_metadata: { ...json.model_metadata, model_name: model } } };
  });
  return rendered(copies);
}

/** Agrees by half. */
function otherwise(answer: Json): Json {
  return { ...answer, stance: answer.stance === 'avoid' ? 'attractive' : 'avoid' };
}

/** Answers of one model, as they were captured, and of the others, by half. */
function onlyGood(all: readonly Captured[], good: string) {
  return (request: MessageBody) =>
    originalModel(all, (answer) => (request.model === good ? answer : otherwise(answer)))(request);
}

test('perfect answers over many runs are interchangeable, planted disagreement is not, few runs say nothing', async () => {
  const all = theses(48, 48);
  const perfect = await job(await serve({ answer: originalModel(all) }), await corpusOf(all));
  const { envelope } = await perfect.run();
  const line = lineOf(await perfect.summary(), FAMILY);
  expect(line).toMatchObject({
    n: 48,
    mean: 1,
    runs: 48,
    verdict: 'interchangeable',
    verdict_by: 'interval',
    verdict_reason: 'above_threshold',
    runs_needed: null,
    interval_after_stop: false,
    stop: null,
    relative_to_ceiling: null,
  });
  expect(line.interval).toMatchObject({ high: 1, level: 0.95 });
  expect(line.interval.low).toBeGreaterThan(0.9);
  expect(envelope.summary.per_target[0].per_agent[0]).toMatchObject({
    verdict: 'interchangeable',
    interval: line.interval,
  });
  await perfect.run(['--interchangeable-threshold', '0.97']);
  const strict = await perfect.summary();
  expect(strict.interchangeable_threshold).toBe(0.97);
  expect(lineOf(strict, FAMILY)).toMatchObject({ verdict: 'inconclusive', interval: line.interval });
  expect(lineOf(strict, FAMILY).runs_needed).toBeGreaterThan(48);

  const planted = await job(await serve({ answer: originalModel(all, otherwise) }), await corpusOf(all));
  await planted.run();
  const not = lineOf(await planted.summary(), FAMILY);
  expect(not).toMatchObject({ mean: 0.5, verdict: 'not', verdict_reason: 'below_threshold' });
  expect(not.interval.high).toBeLessThan(0.9);

  const few = theses(48, 4);
  const crowded = await job(await serve({ answer: originalModel(few) }), await corpusOf(few));
  await crowded.run();
  expect(lineOf(await crowded.summary(), FAMILY)).toMatchObject({
    n: 48,
    runs: 4,
    interval: null,
    verdict: 'inconclusive',
    verdict_reason: 'too_few_runs',
  });
});

test('the same answers give the same intervals, wherever they come from', async () => {
  const all = theses(40, 40);
  // Scores of many values, on which another seed would be seen.
  const server = await serve({
    answer: originalModel(all, (answer, { key }) => {
      const index = Number(/(\d+)\.json$/.exec(key)?.[1]);
      const rating = answer.rating >= 50 ? answer.rating - index : answer.rating + index;
      return index % 13 === 0 ? otherwise({ ...answer, rating }) : { ...answer, rating };
    }),
  });
  const corpus = await corpusOf(all);
  const [one, other] = [await job(server, corpus), await job(server, corpus)];
  await one.run();
  await other.run();
  const withoutTimes = ({ per_agent, ...summary }: Json) => {
    const agents = per_agent.map(({ latency_ms_p50, ...agent }: Json) => agent);
    return { ...lasting(summary), per_agent: agents };
  };
  expect(withoutTimes(await one.summary())).toEqual(withoutTimes(await other.summary()));
  const { low, high } = lineOf(await one.summary(), FAMILY).interval;
  expect(low).toBeLessThan(high);
});

test('two targets are compared on the same captures', async () => {
  const all = theses(20, 20);
  const server = await serve({ answer: onlyGood(all, OPUS) });
  const { run } = await job(server, await corpusOf(all));
  const { envelope } = await run(['--target-models', `${HAIKU},${OPUS}`]);
  const [difference] = envelope.summary.paired_differences.sample;
  expect(envelope.summary.paired_differences.count).toBe(1);
  expect(difference).toMatchObject({
    agent_id_base: FAMILY,
    first_model: HAIKU,
    second_model: OPUS,
    n: 20,
    runs: 20,
    mean: -0.5,
    after_stop: false,
  });
  expect(difference.interval.low).toBeLessThanOrEqual(-0.5);
  expect(difference.interval.high).toBeLessThan(0);
  expect(envelope.lists.paired_differences).toEqual([difference]);
});

test('the noise ceiling asks the original model, apart from the targets, and once', async () => {
  const all = theses(40, 20);
  const server = await serve({
    answer: (request) =>
      originalModel(all, (answer, { key }) =>
        request.model === SONNET && /[0246]\.json$/.test(key) ? otherwise(answer) : answer,
      )(request),
    prices: { [SONNET]: { input: 3, output: 15 } },
  });
  const corpus = await corpusOf(all);
  const without = await job(server, corpus);
  await without.run();
  const { run, summary, costRows, out } = await job(server, corpus);
  const plan = await run(['--ceiling', '16', '--dry-run']);
  expect(plan.envelope.summary).toMatchObject({
    calls: 40,
    noise_ceiling: { requested: 16, sampled: 16, calls: 16, plan: [{ target_model: SONNET, calls: 16 }] },
  });
  server.paid.length = 0;
  const { envelope } = await run(['--ceiling', '16']);
  expect(envelope.status).toBe('OK');
  const ofSonnet = server.paid.filter(({ request }) => request.model === SONNET);
  expect([ofSonnet.length, server.paid.length]).toEqual([16, 56]);
  const written = await summary();
  const { noise_ceiling: ceiling } = written;
  expect(ceiling).toMatchObject({
    requested: 16,
    sampled: 16,
    scored: 16,
    complete: true,
    skips: {},
    cache: { hits: 0, misses: 16 },
    per_agent: [{ agent_id_base: FAMILY, models: [SONNET], n: 16, runs: 16 }],
  });
  expect(ceiling.cost.usd).toBeCloseTo(sum(ofSonnet.map(({ usd }) => usd)), 9);
  expect(plan.envelope.summary.noise_ceiling.usd.messages.worst).toBeGreaterThan(ceiling.cost.usd);
  expect(written.cost.usd + ceiling.cost.usd).toBeCloseTo(server.paidUsd, 9);
  expect(envelope.summary.cost.usd).toBeCloseTo(server.paidUsd, 9);
  const rows = await costRows();
  expect(rows.map(({ model }) => model).sort()).toEqual([
    ...Array(40).fill(HAIKU),
    ...Array(16).fill(SONNET),
  ]);

  // The target agrees fully, the agent's own model with itself less: more than all there is to have.
  const [self] = ceiling.per_agent;
  const line = lineOf(written, FAMILY);
  expect(self.interval.low).toBeLessThan(self.mean);
  expect(line.relative_to_ceiling.ratio).toBeCloseTo(1 / self.mean, 12);
  expect(line.relative_to_ceiling.low).toBeGreaterThan(0.9);
  expect(line.relative_to_ceiling.high).toBeGreaterThan(line.relative_to_ceiling.ratio);
  const apart = ({ relative_to_ceiling, latency_ms_p50, ...agent }: Json) => agent;
  expect(apart(line)).toEqual(apart(lineOf(await without.summary(), FAMILY)));
  expect((await filesUnder(out)).filter((file) => file.startsWith('_replay_summary/'))).toHaveLength(2);

  const again = await run(['--ceiling', '16']);
  expect(server.paid).toHaveLength(56);
  expect(again.envelope.summary).toMatchObject({ cost: { usd: 0 }, cache: { hits: 56, misses: 0 } });
  expect((await summary()).per_agent).toEqual(written.per_agent);
});

test('captures whose own model cannot be asked are skipped by name, and cost the run nothing', async () => {
  const all = [...theses(6, 6, 'moonshotai/kimi-k2'), ...theses(12, 12, SONNET).slice(6)].concat(
    theses(18, 18, OPUS).slice(12),
    theses(20, 20, '').slice(18),
  );
  const server = await serve({ answer: originalModel(all), models: [HAIKU, SONNET] });
  const { run, summary } = await job(server, await corpusOf(all));
  const { envelope } = await run(['--ceiling', '100']);
  expect(envelope.status).toBe('OK');
  const { noise_ceiling: ceiling, per_agent } = await summary();
  expect(ceiling).toMatchObject({
    sampled: 12,
    scored: 6,
    complete: true,
    skips: {
      original_model_without_alias: 6,
      original_model_unknown: 2,
      original_model_unavailable: 6,
    },
    models_unavailable: [{ model: OPUS, error: expect.stringContaining('404') }],
    failures: [],
  });
  expect(per_agent[0]).toMatchObject({ n: 20, mean: 1 });

  const alias = ['--model-alias', `moonshotai/kimi-k2=openai/kimi,${OPUS}=openai/kimi`];
  const unpriced = await run(['--ceiling', '100', ...alias, '--dry-run']);
  expect(unpriced.envelope.summary.noise_ceiling.skips).toMatchObject({ original_model_unpriced: 12 });
  server.options = { ...server.options, models: [HAIKU, SONNET, 'kimi'] };
  await run(['--ceiling', '100', ...alias, '--price', 'openai/kimi=1/5']);
  expect((await summary()).noise_ceiling).toMatchObject({
    scored: 18,
    per_agent: [
      { models: expect.toSatisfy((models) => [...models].sort().join() === `${SONNET},openai/kimi`) },
    ],
  });
});

test('in batches the ceiling is half the price', async () => {
  const all = theses(6, 6);
  const server = await serve({ answer: originalModel(all), batch: { durationMs: 50 } });
  const { run, summary } = await job(server, await corpusOf(all));
  await run(['--ceiling', '4', '--transport', 'batches']);
  const ofSonnet = server.paid.filter(({ request }) => request.model === SONNET);
  expect(ofSonnet.map(({ batchId }) => typeof batchId)).toEqual(Array(4).fill('string'));
  const { noise_ceiling } = await summary();
  const list = sum(ofSonnet.map(({ usage }) => (3 * usage.input_tokens + 15 * usage.output_tokens) / 1e6));
  expect(noise_ceiling.cost.usd).toBeCloseTo(list / 2, 12);
});

test.each([
  ['above', 'interchangeable', (answer: Json) => answer],
  ['below', 'not', otherwise],
] as const)('replays stop once an agent is sure to be %s', async (decision, verdict, change) => {
  const all = theses(160, 40);
  const server = await serve({ answer: originalModel(all, change), latencyMs: 3 });
  const corpus = await corpusOf(all);
  const { run, summary } = await job(server, corpus);
  const { envelope } = await run(['--stop-when-sure']);
  expect(envelope.status).toBe('OK');
  const written = await summary();
  const line = lineOf(written, FAMILY);
  const sent = server.paid.length;
  expect(sent).toBeLessThan(120);
  expect(line).toMatchObject({
    n: sent,
    verdict,
    verdict_by: 'sequential_test',
    interval_after_stop: true,
    stop: { decision, saved: 160 - sent, error_level: 0.05 },
  });
  expect(line.stop.used).toBeLessThanOrEqual(sent);
  expect(sent).toBeLessThanOrEqual(Math.max(2 * line.stop.used, line.stop.used + 8));
  expect(line.stop.saved_usd).toBeCloseTo((line.replay_usd / sent) * (160 - sent), 9);
  expect(written).toMatchObject({ complete: true, replay_skips: { stopped_sure: 160 - sent } });
  expect(envelope.summary.replay_skips.stopped_sure).toBe(160 - sent);
  accountedFor(written);

  const again = await run(['--stop-when-sure'], { env: { ANTHROPIC_API_KEY: '' } });
  expect([again.envelope.status, server.paid.length]).toEqual(['OK', sent]);
  expect((await summary()).per_agent).toEqual(written.per_agent);

  // Without it all of them are sent, and the answers that are there already count as well.
  await run();
  expect(server.paid).toHaveLength(160);
  expect(lineOf(await summary(), FAMILY)).toMatchObject({
    n: 160,
    verdict,
    verdict_by: 'interval',
    stop: null,
  });
});

test('what cannot be told apart is replayed whole', async () => {
  const all = theses(30, 30);
  const near = originalModel(all, (answer, { key }) =>
    /[05]\.json$/.test(key) ? otherwise(answer) : answer,
  );
  const server = await serve({ answer: near });
  const { run, summary } = await job(server, await corpusOf(all));
  await run(['--stop-when-sure']);
  expect(server.paid).toHaveLength(30);
  const written = await summary();
  expect(lineOf(written, FAMILY)).toMatchObject({
    n: 30,
    mean: 0.9,
    verdict: 'inconclusive',
    verdict_by: 'interval',
    interval_after_stop: false,
    stop: { decision: null, used: 30, saved: 0, saved_usd: 0 },
  });
  expect(written.replay_skips).toEqual({});
});

test('a budget that ends before the test does is a stop for money, not for certainty', async () => {
  const all = theses(60, 30);
  const server = await serve({ answer: originalModel(all) });
  const { run, summary } = await job(server, await corpusOf(all));
  const { envelope } = await run(['--stop-when-sure', '--max-cost-usd', '0.06']);
  expect(envelope).toMatchObject({ status: 'PARTIAL', summary: { complete: false } });
  const written = await summary();
  expect(written.n_artifacts_skipped_for_budget).toBeGreaterThan(0);
  expect(written.replay_skips).toEqual({});
  accountedFor(written);
});

test('the jobs of an array leave the stopping to the one that folds them', async () => {
  const all = theses(60, 30);
  const server = await serve({ answer: originalModel(all), latencyMs: 3 });
  const { run, summary } = await job(server, await corpusOf(all));
  for (const index of ['0', '1']) {
    const env = { AWS_BATCH_JOB_ARRAY_INDEX: index, ARRAY_SIZE: '2' };
    expect((await run(['--stop-when-sure'], { env })).envelope.status).toBe('OK');
  }
  expect(server.paid).toEqual([]);
  await run(['--stop-when-sure'], { env: { ARRAY_SIZE: '2' } });
  expect(lineOf(await summary(), FAMILY).stop).toMatchObject({ decision: 'above' });
});
