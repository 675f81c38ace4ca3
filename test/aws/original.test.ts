import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pick, seeded } from '../agents/one-row.ts';
import { type Json, run, temporaryFolder, writeObjects } from '../e2e/program.ts';

const PYTHON = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const ORIGINAL = fileURLToPath(new URL('../python/original.py', import.meta.url));
const DAYS = ['2026-07-11', '2026-07-10', '2026-07-04'];

type Random = () => number;

/** A number as captures hold one: mostly a number, now and then a text, a boolean, nothing or nonsense. */
function untidy(random: Random, value: number): unknown {
  const kind = random();
  if (kind < 0.8) return value;
  return pick<unknown>(random, [
    String(value),
    ` ${value}\n`,
    `${Math.round(value)}_000`,
    `+${value}e0`,
    null,
    undefined,
    true,
    'n/a',
    '',
    [value],
    { value },
  ]);
}

function score(random: Random): number {
  return Math.round(random() * 1000) / 10;
}

function cio(random: Random): object {
  const tickers = Array.from({ length: 1 + Math.floor(random() * 14) }, (_, n) => `T${n}`);
  const candidates = tickers.map((ticker) => ({
    ticker: random() < 0.03 ? null : ticker,
    composite_score: untidy(random, score(random)),
    quant_score: untidy(random, score(random)),
    qual_score: untidy(random, score(random)),
    conviction: untidy(random, score(random)),
    ...(random() < 0.7 && { sector_modifier: untidy(random, 0.7 + random() * 0.6) }),
  }));
  const decisions = [...tickers, 'STRANGER'].map((ticker, n) => ({
    ticker: random() < 0.03 ? null : ticker,
    decision:
      random() < 0.1
        ? pick(random, ['NO_ADVANCE_DEADLOCK', 'ADVANCE_FORCED', 'advance', null])
        : Number(candidates[n]?.composite_score) + random() * 30 > 60
          ? 'ADVANCE'
          : 'REJECT',
  }));
  return {
    input_data_snapshot: { [pick(random, ['candidates', 'entrant_candidates'])]: candidates },
    agent_output: { [pick(random, ['ic_decisions', 'decisions'])]: decisions },
  };
}

function macro(random: Random): object {
  const vix = 10 + random() * 30;
  return {
    input_data_snapshot: {
      [pick(random, ['macro_indicators', 'indicators'])]: {
        spy_20d_return: untidy(random, random() - 0.5),
        spy_20d_vol: untidy(random, random()),
        vix_level: untidy(random, vix),
        vix_term_slope: untidy(random, random()),
        yield_curve_slope: untidy(random, random() * 200 - 100),
        market_breadth: untidy(random, random() * 100),
      },
    },
    agent_output: {
      market_regime:
        random() < 0.1 ? 'panic' : vix + random() * 5 > 28 ? 'bear' : vix > 18 ? 'caution' : 'bull',
    },
  };
}

function corpusOf(random: Random): Record<string, string> {
  const objects: Record<string, string> = {};
  const many = Math.floor(random() * 20);
  for (let n = 0; n < many; n += 1) {
    const day = pick(random, DAYS).replaceAll('-', '/');
    // The same run on two days is a duplicate, which the originals counted twice.
    const runId = `2026-06-${10 + Math.floor(random() * 12)}`;
    const extra = random() < 0.2 ? { input_data_truncated_at: 2_000_000 } : {};
    objects[`${day}/ic_cio/${runId}.json`] = JSON.stringify({ ...cio(random), ...extra });
    objects[`${day}/macro_economist/${runId}.json`] = JSON.stringify(macro(random));
    objects[`${day}/sector_quant:technology/${runId}.json`] = JSON.stringify({ agent_output: {} });
  }
  for (const body of ['', '{"a"', '[]', 'null', '"text"', '{"a": "\u0001"}']) {
    objects[`2026/07/10/ic_cio/bad-${Math.floor(random() * 1e6)}.json`] = body;
  }
  return objects;
}

describe('--features original', () => {
  it.each(Array.from({ length: 25 }, (_, seed) => seed))(
    'concludes what the original does, corpus %i',
    async (seed) => {
      const random = seeded(seed + 1);
      const depth = 1 + (seed % 4);
      const { path, uri } = await temporaryFolder();
      await writeObjects(path, { 'corpus/2026/07/09/x/y.json': '{}', ...prefixed(corpusOf(random)) });
      const days = DAYS.map((day) => day.replaceAll('-', '/')).join(',');
      const expected: Json = JSON.parse(
        execFileSync(PYTHON, [ORIGINAL, `${path}/corpus`, days, String(depth)]).toString(),
      );
      const { envelope } = await run([
        ...['counterfactual', '--features', 'original', '--corpus', `${uri}/corpus`, '--out', `${uri}/out`],
        ...['--end-time-iso', '2026-07-11', '--window-days', '8', '--max-depth', String(depth)],
      ]);
      const { summary } = envelope;
      const failed = summary.load_failures.sample.map(({ key }: Json) => key).sort();
      expect(failed).toEqual(expected.load_failures);
      const agents = new Map<string, Json>(
        [...(summary.per_agent ?? []), ...(summary.agents_skipped_thin_sample ?? [])].map((agent) => [
          agent.agent_id_base,
          agent,
        ]),
      );
      expect([...agents.keys()].sort()).toEqual(Object.keys(expected.agents).sort());
      for (const [agent, conclusion] of Object.entries<Json>(expected.agents)) {
        const ours = agents.get(agent);
        expect(ours.n_samples).toBe(conclusion.n_samples);
        if (conclusion.skip) {
          expect(ours.skip_reason).toMatch(conclusion.skip);
        } else {
          expect(ours.n_classes).toBe(conclusion.n_classes);
          if (!conclusion.ties) expect(ours.match_rate).toBe(conclusion.match_rate);
        }
      }
    },
  );
});

function prefixed(objects: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(objects).map(([key, body]) => [`corpus/${key}`, body]));
}
