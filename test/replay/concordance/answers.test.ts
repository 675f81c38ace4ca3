import { expect, test } from 'vitest';
import { type Captured, captures, corpusOf, ofFamily, originalModel, rendered } from '../../e2e/model.ts';
import type { Json } from '../../e2e/program.ts';
import { accountedFor, lasting, lineOf, serve, sum, WIRES } from '../../e2e/replaying.ts';
import { reply } from '../../servers/anthropic.ts';
import { job } from '../run-job.ts';

const LLM_FAMILIES = [
  'sector_quant',
  'sector_qual',
  'sector_peer_review',
  'thesis_update',
  'macro_economist',
  'ic_cio',
  'thinktank_thesis',
  'thinktank_theme',
];

test.each(WIRES)(
  'a model that answers as captured agrees perfectly, in every replayable family: $model',
  async ({ target, key }) => {
    const all = rendered(captures());
    for (const structured of ['json', 'tool']) {
      const server = await serve({ answer: originalModel(all) });
      const { run, summary } = await job(server, await corpusOf(all));
      const { code, envelope } = await run([...target, '--include-tool-loops', '--structured', structured]);
      expect([code, envelope.status]).toEqual([0, 'OK']);
      const written = await summary(key);
      expect(written.per_agent.map(({ agent_id_base }: Json) => agent_id_base)).toEqual(LLM_FAMILIES);
      for (const { agent_id_base, n, mean, min, max, stdev, tool_loop } of written.per_agent) {
        expect({ agent_id_base, mean, min, max, stdev }).toEqual({
          agent_id_base,
          mean: 1,
          min: 1,
          max: 1,
          stdev: 0,
        });
        expect(n).toBeGreaterThanOrEqual(8);
        expect(tool_loop).toBe(agent_id_base === 'sector_quant' || agent_id_base === 'sector_qual');
      }
      expect(
        server.paid.every(
          ({ request }) => !('system' in request) && 'tools' in request === (structured === 'tool'),
        ),
      ).toBe(true);
      accountedFor(written);
      expect(written.replay_failures).toEqual([]);
    }
  },
);

test.each(WIRES)('planted disagreement is measured, family by family: $model', async ({ target, key }) => {
  const all = rendered(captures());
  const planted: Readonly<Record<string, (answer: Json) => unknown>> = {
    // Of the first five one is replaced, of the first ten the same one.
    sector_quant: ({ ranked_picks: [first, ...others] }) => ({
      ranked_picks: [...(first ? [{ ...first, ticker: 'ZZZZ' }] : []), ...others],
    }),
    sector_qual: ({ assessments, ...rest }) => ({
      ...rest,
      assessments: assessments.map((one: Json) => ({ ...one, conviction: one.conviction >= 70 ? 10 : 90 })),
    }),
    sector_peer_review: ({ selected_tickers }) => ({
      selected_decisions: JSON.stringify(selected_tickers.slice(1).map((ticker: string) => ({ ticker }))),
    }),
    thesis_update: (answer) => ({
      ...answer,
      conviction: answer.conviction >= 70 ? '55' : answer.conviction >= 40 ? 80 : 55,
    }),
    macro_economist: (answer) => ({
      ...answer,
      // The former value is read as neutral, in captures as in answers.
      market_regime: /neutral|caution/.test(answer.market_regime) ? 'bull' : 'caution',
    }),
    ic_cio: ({ decisions }) => ({
      decisions: decisions.map((one: Json) => ({
        ...one,
        decision: one.decision === 'ADVANCE' ? 'reject' : 'ADVANCE',
      })),
    }),
    thinktank_thesis: (answer) => ({
      ...answer,
      rating: answer.rating >= 50 ? answer.rating - 20 : answer.rating + 20,
    }),
    thinktank_theme: (answer) => ({ ...answer, stance: 'no word of any list' }),
  };
  const server = await serve({
    answer: originalModel(all, (answer, { family }) => planted[family]?.(answer)),
  });
  const { run, summary } = await job(server, await corpusOf(all));
  expect((await run([...target, '--include-tool-loops'])).envelope.status).toBe('OK');
  const written = await summary(key);
  const observed = Object.fromEntries(
    written.per_agent.map(({ agent_id_base, mean, min, max }: Json) => [agent_id_base, { mean, min, max }]),
  );
  const exactly = (score: number) => ({
    mean: expect.closeTo(score, 12),
    min: expect.closeTo(score, 12),
    max: expect.closeTo(score, 12),
  });
  const quant = meanOf(
    ofFamily(all, 'sector_quant').flatMap(({ json }) => {
      const { ranked_picks: picks, error } = json.agent_output;
      if (!picks || error || json.input_data_truncated_at) return [];
      const [five, ten] = [Math.min(picks.length, 5), Math.min(picks.length, 10)];
      return picks.length === 0 ? [1] : [0.6 * ((five - 1) / (five + 1)) + 0.4 * ((ten - 1) / (ten + 1))];
    }),
  );
  const theme = meanOf(
    ofFamily(all, 'thinktank_theme').map(({ json }) =>
      json.input_data_snapshot.update_reason === 'event' ? 0 : 0.5,
    ),
  );
  expect(observed).toMatchObject({
    sector_qual: exactly(0),
    sector_peer_review: exactly(2 / 3),
    thesis_update: exactly(0.5),
    macro_economist: exactly(0.4),
    ic_cio: exactly(0),
    thinktank_thesis: exactly(0.5 + 0.3 * 0.8 + 0.2),
  });
  expect(observed.sector_quant.mean).toBeCloseTo(quant, 2);
  expect(observed.thinktank_theme.mean).toBeCloseTo(theme, 12);
  expect(lineOf(written, 'thinktank_thesis').diagnostics).toEqual({
    conviction_abs_diff: 0,
    rating_abs_diff: 20,
    stance_equal: 1,
  });
});

function meanOf(values: readonly number[]): number {
  return sum(values) / values.length;
}

test('one prompt captured twice is asked once and scored twice', async () => {
  const [one] = ofFamily(captures(), 'thinktank_thesis') as [Captured];
  const twins = ['a', 'b', 'c'].map((name) => ({
    ...one,
    key: one.key.replace(/[^/]+\.json$/, `${name}.json`),
  }));
  const server = await serve({ answer: originalModel(twins) });
  const { run, summary } = await job(server, await corpusOf(twins));
  await run();
  expect(server.paid).toHaveLength(1);
  expect(await summary()).toMatchObject({ per_agent: [{ n: 3, mean: 1 }], cache: { hits: 0, misses: 1 } });
});

test('what the model says badly is told apart, kept, and no failure of the run', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 7);
  const answers: unknown[] = [
    reply({ stopReason: 'refusal', content: [] }),
    reply({ stopReason: 'max_tokens', text: '{"stance": "attr' }),
    reply({ text: 'I would buy it.' }),
    reply({ content: [] }),
    { stance: 'attractive' },
    reply({ stopReason: 'model_context_window_exceeded', text: '' }),
  ];
  let index = 0;
  const honest = originalModel(theses);
  const server = await serve({ answer: (request) => answers[index++] ?? honest(request) });
  const { run, summary } = await job(server, await corpusOf(theses));
  const { envelope } = await run();
  expect(envelope.status).toBe('OK');
  const written = await summary();
  expect(written.replay_failures.map(({ kind, reason }: Json) => `${kind} ${reason}`).sort()).toEqual([
    'model context_window',
    'model empty_answer',
    'model max_tokens',
    'model refusal',
    'model schema_violation',
    'model schema_violation',
  ]);
  expect(written).toMatchObject({ n_artifacts_replayed: 7, complete: true });
  accountedFor(written);
  await run();
  expect(server.paid).toHaveLength(7);
  expect(lasting(await summary())).toEqual(lasting(written));
});
