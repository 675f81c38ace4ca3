import { describe, expect, it } from 'vitest';
import { sectorQuant } from '../../src/agents/sector-quant.ts';
import { artifact, dropOf, itSurvivesAnyContent, named, rowsOf } from './captures.ts';

const NAN = Number.NaN;

/** From the source that writes fractions. */
const FRACTIONS = {
  technical_score: 80,
  rsi_14: 60,
  macd_cross: 1,
  macd_above_zero: true,
  price_vs_ma50: 0.05,
  price_vs_ma200: 0.125,
  momentum_20d: 0.0625,
  momentum_5d: 0.01,
  atr_14_pct: 0.02,
  dist_from_52w_high: -0.03,
  dist_from_52w_low: 0.4,
  current_price: 0,
};

/** From the source that writes percent and lacks the rest. */
const PERCENT = {
  technical_score: 55,
  rsi_14: 45,
  macd_cross: -1,
  macd_above_zero: false,
  price_vs_ma50: 5,
  price_vs_ma200: 12.5,
  momentum_20d: 3.125,
};

const TICKERS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'EMPTY', 'ABSENT'];

const SNAPSHOT = {
  team_id: 'technology',
  market_regime: 'bull',
  sector_tickers: TICKERS,
  technical_scores_team: {
    A: FRACTIONS,
    B: PERCENT,
    C: { ...FRACTIONS, technical_score: 70, atr_14_pct: null, momentum_20d: null },
    D: { technical_score: 60 },
    E: { technical_score: 50 },
    F: { technical_score: 40 },
    G: { technical_score: 80 },
    EMPTY: {},
    OTHER_TEAM: FRACTIONS,
  },
};

const picks = (tickers: readonly string[]) => tickers.map((ticker) => ({ ticker, quant_score: 50 }));

const OUTPUT = {
  team_id: 'technology',
  ranked_picks: picks(['A', 'B', 'C', 'ELSEWHERE', 'D', 'E']),
  error: null,
};

const capture = (output: object = OUTPUT, snapshot: object = SNAPSHOT) =>
  sectorQuant.captured.extract(artifact('sector_quant:technology', snapshot, output));

const rowOf = (ticker: string, snapshot: object = SNAPSHOT) => {
  const { subject, rows } = rowsOf(capture(OUTPUT, snapshot));
  return named(subject, rows[TICKERS.indexOf(ticker)]);
};

describe('a quantitative screening', () => {
  it('is one row a ticker with technical data; the first five picks are picked', () => {
    const { rows, skipped } = rowsOf(capture());
    expect(rows.map(({ labels }) => labels)).toEqual([
      ['picked', 'picked'],
      ['picked', 'picked'],
      ['picked', 'picked'],
      ['picked', 'picked'],
      ['not_picked', 'picked'],
      ['not_picked', 'not_picked'],
      ['not_picked', 'not_picked'],
    ]);
    expect(skipped).toEqual({ no_technical_data: 2 });
  });

  it('has the technical data of the ticker and its place among the others', () => {
    expect(rowOf('A')).toEqual({
      technical_score: 80,
      rsi_14: 60,
      macd_cross: 1,
      macd_above_zero: 1,
      price_vs_ma50: 0.05,
      price_vs_ma200: 0.125,
      momentum_20d: 0.0625,
      momentum_5d: 0.01,
      atr_14_pct: 0.02,
      dist_from_52w_high: -0.03,
      dist_from_52w_low: 0.4,
      technical_score_percentile: 5.5 / 6,
      momentum_20d_percentile: 1,
      regime: 'bull',
    });
  });

  it('has the same units from both sources, each ticker by its own', () => {
    expect(rowOf('B')).toMatchObject({
      rsi_14: 45,
      technical_score: 55,
      macd_cross: -1,
      macd_above_zero: 0,
      price_vs_ma50: 0.05,
      price_vs_ma200: 0.125,
      momentum_20d: 0.03125,
      momentum_20d_percentile: 0,
    });
    expect(rowOf('C')).toMatchObject({ price_vs_ma50: 0.05, dist_from_52w_high: -0.03 });
  });

  it('keeps missing what was not captured', () => {
    expect(rowOf('B')).toMatchObject({ momentum_5d: NAN, atr_14_pct: NAN, dist_from_52w_low: NAN });
    expect(rowOf('C')).toMatchObject({ momentum_20d: NAN, momentum_20d_percentile: NAN, atr_14_pct: NAN });
    expect(rowOf('D')).toMatchObject({ macd_above_zero: NAN, rsi_14: NAN });
    expect(rowOf('A', { ...SNAPSHOT, market_regime: null }).regime).toBe(NAN);
  });

  it('takes an empty ranking for a decision, unless there was an error', () => {
    const { rows } = rowsOf(capture({ ranked_picks: [], error: null }));
    expect(new Set(rows.flatMap(({ labels }) => labels))).toEqual(new Set(['not_picked']));
    expect(dropOf(capture({ ranked_picks: [], error: 'recursion limit' }))).toBe('error_without_picks');
    expect(dropOf(capture({ error: 'timeout' }))).toBe('error_without_picks');
    expect(rowsOf(capture({ ...OUTPUT, error: 'recursion limit', partial: true })).rows).toHaveLength(7);
  });

  it('is dropped without a ranking, without tickers and without any technical data', () => {
    expect(dropOf(capture({}))).toBe('no_decision');
    expect(dropOf(capture({ ranked_picks: 'A' }))).toBe('no_decision');
    expect(dropOf(capture({ ranked_picks: [null, {}] }))).toBe('no_decision');
    expect(dropOf(capture(OUTPUT, { ...SNAPSHOT, sector_tickers: [] }))).toBe('no_candidates');
    expect(dropOf(capture(OUTPUT, { ...SNAPSHOT, technical_scores_team: {} }))).toBe('no_technical_data');
  });

  it('knows tickers that are names of built-in properties', () => {
    const snapshot = JSON.parse(`{
      "sector_tickers": ["__proto__", "constructor", "toString"],
      "technical_scores_team": {"__proto__": {"technical_score": 1}, "constructor": {"technical_score": 2}}
    }`);
    const output = { ranked_picks: picks(['__proto__']) };
    const extraction = sectorQuant.captured.extract({ ...artifact('sector_quant:x', {}, output), snapshot });
    const { subject, rows, skipped } = rowsOf(extraction);
    expect(rows.map(({ labels }) => labels[0])).toEqual(['picked', 'not_picked']);
    expect(named(subject, rows[0]).technical_score).toBe(1);
    expect(skipped).toEqual({ no_technical_data: 1 });
  });

  itSurvivesAnyContent(sectorQuant.captured, artifact('sector_quant:technology', SNAPSHOT, OUTPUT));
});
