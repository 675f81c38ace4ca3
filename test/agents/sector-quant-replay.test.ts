import { expect, test } from 'vitest';
import { sectorQuant as family } from '../../src/agents/sector-quant.ts';
import { artifact } from './captures.ts';
import { compared, decisionOf, originalOf, rejected, skipOf, testAnyContent } from './replays.ts';

const picks = (...tickers: string[]) =>
  tickers.map((ticker) => ({ ticker, quant_score: 80, rationale: 'x' }));

const capture = (ranked_picks: unknown, others: object = {}) =>
  artifact(
    'sector_quant:technology',
    { sector_tickers: ['A', 'B', 'C', 'D', 'E', 'F', 'G'] },
    { ranked_picks, error: null, ...others },
  );

const SEVEN = picks('A', 'B', 'C', 'D', 'E', 'F', 'G');

test('the decision is the ranking, of which the first ten count', () => {
  const twelve = 'ABCDEFGHIJKL'.split('');
  expect(originalOf(family, capture(picks(...twelve)))).toEqual({
    decision: twelve.slice(0, 10),
    context: null,
  });
  expect(decisionOf(family, { ranked_picks: picks(...twelve) }, null)).toEqual(twelve.slice(0, 10));
  expect(originalOf(family, capture(picks('B', 'A', 'B'))).decision).toEqual(['B', 'A']);
});

test('the first five weigh more than all of them, and their order nothing', () => {
  const score = (...tickers: string[]) =>
    compared(family, capture(SEVEN), { ranked_picks: picks(...tickers) }).score;
  expect(score('A', 'B', 'C', 'D', 'E', 'F', 'G')).toBe(1);
  expect(score('E', 'D', 'C', 'B', 'A', 'G', 'F')).toBe(1);
  // F takes the place of E among the five: 4 of 6 in common there, all of the seven.
  expect(score('A', 'B', 'C', 'D', 'F', 'E', 'G')).toBeCloseTo(0.6 * (4 / 6) + 0.4, 12);
  expect(score('A', 'B', 'C', 'D', 'E')).toBeCloseTo(0.6 + 0.4 * (5 / 7), 12);
  expect(score('A', 'X')).toBeCloseTo(0.6 * (1 / 6) + 0.4 * (1 / 8), 12);
  expect(score('X')).toBe(0);
  expect(score()).toBe(0);
});

test('to rank none is a decision', () => {
  expect(compared(family, capture([]), { ranked_picks: [] })).toEqual({ score: 1, diagnostics: {} });
  expect(compared(family, capture([]), {}).score).toBe(1);
  expect(compared(family, capture([]), { ranked_picks: picks('A') }).score).toBe(0);
});

test('a capture without a ranking, or without anything to rank, is skipped', () => {
  expect(skipOf(family, capture([], { error: 'recursion limit' }))).toBe('error_without_picks');
  expect(skipOf(family, capture(undefined))).toBe('no_decision');
  expect(skipOf(family, capture([{ ticker: 7 }]))).toBe('no_decision');
  expect(skipOf(family, artifact('sector_quant:technology', {}, { ranked_picks: SEVEN }))).toBe(
    'no_candidates',
  );
  expect(skipOf(family, capture(SEVEN, { error: 'late' }))).toBeUndefined();
});

test('an answer may quote its numbers, write its list as text and say more than asked', () => {
  const ranked_picks = [{ ticker: 'A', quant_score: '85', key_metrics: { pe: 3 }, note: 1 }];
  expect(decisionOf(family, { ranked_picks, more: true }, null)).toEqual(['A']);
  expect(decisionOf(family, { ranked_picks: JSON.stringify(ranked_picks) }, null)).toEqual(['A']);
});

test('an answer is rejected for what is missing or out of range', () => {
  const pick = (changes: object) => ({ ranked_picks: [{ ticker: 'A', quant_score: 80, ...changes }] });
  expect(rejected(family, pick({}))).toEqual([]);
  expect(rejected(family, pick({ ticker: undefined }))).toEqual(['ranked_picks.0.ticker']);
  expect(rejected(family, pick({ quant_score: undefined }))).toEqual(['ranked_picks.0.quant_score']);
  expect(rejected(family, pick({ quant_score: 100.5 }))).toEqual(['ranked_picks.0.quant_score']);
  expect(rejected(family, pick({ quant_score: true }))).toEqual(['ranked_picks.0.quant_score']);
  expect(rejected(family, pick({ rationale: null }))).toEqual(['ranked_picks.0.rationale']);
  expect(rejected(family, pick({ key_metrics: [] }))).toEqual(['ranked_picks.0.key_metrics']);
  expect(rejected(family, { ranked_picks: 'A, B' })).toEqual(['ranked_picks']);
  expect(rejected(family, { ranked_picks: null })).toEqual(['ranked_picks']);
  expect(rejected(family, [])).toEqual(['']);
});

testAnyContent(family, capture(SEVEN), { ranked_picks: SEVEN });
