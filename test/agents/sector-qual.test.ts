import { describe, expect, it } from 'vitest';
import { sectorQual } from '../../src/agents/sector-qual.ts';
import { artifact, dropOf, itSurvivesAnyContent, named, rowsOf } from './captures.ts';

const NAN = Number.NaN;
const TICKERS = ['A', 'B', 'C', 'D', 'E'];

const SNAPSHOT = {
  team_id: 'healthcare',
  market_regime: 'bear',
  quant_top5: TICKERS.map((ticker, index) => ({ ticker, quant_score: 90 - index })),
  quant_top5_tickers: TICKERS,
  held_in_top5: ['B'],
  prior_theses_for_top5: { B: { final_score: 71, conviction: 'declining' } },
  news_data_for_top5: { B: { articles: [], article_count: 4 } },
  analyst_data_for_top5: { B: { num_analysts: 30 } },
};

const OUTPUT = {
  team_id: 'healthcare',
  assessments: [
    { ticker: 'A', qual_score: 60, conviction: 70 },
    { ticker: 'B', qual_score: 59, conviction: 40 },
    { ticker: 'C', qual_score: null, conviction: 0 },
    { ticker: 'D', qual_score: 50, conviction: null },
    { ticker: 'Z', qual_score: 50, conviction: 50 },
  ],
};

const capture = (output: object = OUTPUT, snapshot: object = SNAPSHOT) =>
  sectorQual.captured.extract(artifact('sector_qual:healthcare', snapshot, output));

describe('a qualitative review', () => {
  it('is one row a ticker with a conviction, labelled by its band', () => {
    const { rows, skipped } = rowsOf(capture());
    expect(rows.map(({ labels }) => labels)).toEqual([
      ['high', 'yes'],
      ['medium', 'no'],
      ['low', null],
    ]);
    expect(skipped).toEqual({ no_assessment: 1, no_conviction: 1 });
  });

  it('has the rank of the ticker and what is known of a held name', () => {
    const { subject, rows } = rowsOf(capture());
    expect(named(subject, rows[1])).toEqual({
      quant_score: 89,
      quant_rank: 2,
      is_held: 1,
      has_prior: 1,
      prior_final_score: 71,
      prior_conviction: -1,
      article_count: 4,
      num_analysts: 30,
      regime: 'bear',
      team: 'healthcare',
    });
  });

  it('keeps missing what is not known of the others', () => {
    const { subject, rows } = rowsOf(capture());
    expect(named(subject, rows[0])).toMatchObject({
      is_held: 0,
      has_prior: 0,
      prior_final_score: NAN,
      prior_conviction: NAN,
      article_count: NAN,
      num_analysts: NAN,
    });
    const bare = rowsOf(capture(OUTPUT, { quant_top5: [{ ticker: 'A' }] }));
    expect(named(bare.subject, bare.rows[0])).toMatchObject({
      quant_score: NAN,
      is_held: NAN,
      has_prior: NAN,
      regime: NAN,
    });
  });

  it('is dropped without tickers and without any conviction', () => {
    expect(dropOf(capture(OUTPUT, { ...SNAPSHOT, quant_top5: [] }))).toBe('no_candidates');
    expect(dropOf(capture({}))).toBe('no_decision');
    expect(dropOf(capture({ assessments: [{ ticker: 'A', conviction: 'high' }] }))).toBe('no_decision');
  });

  it('knows tickers that are names of built-in properties', () => {
    const snapshot = { ...SNAPSHOT, quant_top5: [{ ticker: '__proto__' }, { ticker: 'constructor' }] };
    const { subject, rows } = rowsOf(
      capture({ assessments: [{ ticker: 'constructor', conviction: 50 }] }, snapshot),
    );
    expect(rows).toHaveLength(1);
    expect(named(subject, rows[0])).toMatchObject({ quant_rank: 2, has_prior: 0, article_count: NAN });
  });

  itSurvivesAnyContent(sectorQual.captured, artifact('sector_qual:healthcare', SNAPSHOT, OUTPUT));
});
