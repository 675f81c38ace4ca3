import { expect, test } from 'vitest';
import { captures, originalModel } from '../../e2e/model.ts';
import { FIXTURE_ARGS, filesUnder, type Json } from '../../e2e/program.ts';
import { serve } from '../../e2e/replaying.ts';
import { job } from '../run-job.ts';

test('a plan says what a run would cost, and does nothing', async () => {
  const server = await serve({ answer: originalModel(captures()) });
  const { run, out } = await job(server, FIXTURE_ARGS);
  const { envelope } = await run(['--dry-run']);
  expect(envelope).toMatchObject({ status: 'OK', summary: { calls: 90, cached: 0 } });
  expect(
    envelope.summary.plan.map(({ agent_id_base, calls }: Json) => [agent_id_base, calls]).sort(),
  ).toEqual([
    ['ic_cio', 1],
    ['macro_economist', 2],
    ['thinktank_theme', 39],
    ['thinktank_thesis', 48],
  ]);
  for (const { usd, expected_tokens } of envelope.summary.plan) {
    expect(usd.messages.expected).toBeCloseTo((expected_tokens.input + 5 * expected_tokens.output) / 1e6, 12);
    expect(usd.batches.expected).toBeCloseTo(usd.messages.expected / 2, 12);
    expect(usd.messages.worst).toBeGreaterThan(usd.messages.expected);
  }
  expect(await filesUnder(out)).toEqual([]);
  expect(server.requests).toEqual([]);
  await run();
  expect(server.paidUsd).toBeLessThan(envelope.summary.usd.messages.worst);
  expect((await run(['--dry-run'])).envelope.summary).toMatchObject({ calls: 0, cached: 90 });
});
