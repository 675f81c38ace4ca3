import { expect, test } from 'vitest';
import type { Artifact } from '../../src/agents/family.ts';
import { thinktankThesis as family } from '../../src/agents/thinktank-thesis.ts';
import { artifact } from './captures.ts';
import { compared, originalOf, rejected, skipOf, testAnyContent } from './replays.ts';

const THESIS = {
  business_summary: 'Sells phones.',
  moat: 'Ecosystem.',
  filings_review: 'Steady.',
  news_sentiment: 'Mixed.',
  valuation: 'Full.',
  market_dynamics: 'Neutral.',
  risks: ['regulation'],
  catalysts: ['launch'],
  stance: 'attractive',
  conviction: 68,
  summary: 'A good business at a full price.',
  rating: 71,
  rating_rationale: 'Margins hold.',
};

const capture = (changes: object = {}): Artifact =>
  artifact('thinktank_thesis', { ticker: 'AAPL' }, { thesis: { ...THESIS, ...changes } });

test('the decision is stance, rating and conviction', () => {
  expect(originalOf(family, capture())).toEqual({
    decision: { stance: 'attractive', rating: 71, conviction: 68 },
    context: null,
  });
  const missing = { stance: 'attractive', rating: null, conviction: null };
  expect(originalOf(family, capture({ rating: undefined, conviction: 'high' })).decision).toEqual(missing);
  expect(originalOf(family, capture({ rating: 101, conviction: -1 })).decision).toEqual(missing);
});

test('stance counts for a half, rating for three tenths, conviction for two', () => {
  expect(compared(family, capture(), THESIS)).toEqual({
    score: 1,
    diagnostics: { stance_equal: 1, rating_abs_diff: 0, conviction_abs_diff: 0 },
  });
  expect(compared(family, capture(), { ...THESIS, stance: 'neutral', rating: 51, conviction: 78 })).toEqual({
    score: expect.closeTo(0.3 * 0.8 + 0.2 * 0.9, 12),
    diagnostics: { stance_equal: 0, rating_abs_diff: 20, conviction_abs_diff: 10 },
  });
  const opposite = capture({ stance: 'avoid', rating: 0, conviction: 100 });
  const least = { ...THESIS, rating: 100, conviction: 0 };
  expect(compared(family, opposite, least).score).toBe(0);
});

test('what the original has not is left out, and its weight with it', () => {
  expect(compared(family, capture({ rating: null }), { ...THESIS, conviction: 18 })).toEqual({
    score: expect.closeTo((0.5 + 0.2 * 0.5) / 0.7, 12),
    diagnostics: { stance_equal: 1, conviction_abs_diff: 50 },
  });
  const stanceOnly = capture({ rating: null, conviction: null });
  expect(compared(family, stanceOnly, { ...THESIS, rating: 1 })).toEqual({
    score: 1,
    diagnostics: { stance_equal: 1 },
  });
  expect(compared(family, stanceOnly, { ...THESIS, stance: 'avoid' }).score).toBe(0);
});

test('every decision agrees with itself exactly', () => {
  const scores = [null, 0, 0.1, 33, 71, 100];
  for (const rating of scores) {
    for (const conviction of scores) {
      const { decision } = originalOf(family, capture({ rating, conviction }));
      expect(family.replay?.agreement(decision, decision).score).toBe(1);
    }
  }
});

test('a capture without one of the three stances is skipped', () => {
  for (const stance of [undefined, null, '', 'Attractive', 'buy', 1]) {
    expect(skipOf(family, capture({ stance }))).toBe('no_decision');
  }
  expect(skipOf(family, artifact('thinktank_thesis', {}, {}))).toBe('no_decision');
});

test('an answer has every field and no other', () => {
  expect(rejected(family, THESIS)).toEqual([]);
  for (const field of Object.keys(THESIS)) {
    expect(rejected(family, { ...THESIS, [field]: undefined })).toEqual([field]);
    expect(rejected(family, { ...THESIS, [field]: null })).toEqual([field]);
  }
  expect(rejected(family, { ...THESIS, price_target: 300 })).toEqual(['']);
  expect(rejected(family, JSON.parse(`{"__proto__": 1, ${JSON.stringify(THESIS).slice(1)}`))).toEqual(['']);
});

test('an answer may quote its numbers and write its lists as text', () => {
  const written = { ...THESIS, rating: '71.0', conviction: ' 68 ', risks: '["regulation"]' };
  expect(compared(family, capture(), written).score).toBe(1);
  for (const rating of [71.5, '71.5', true, '', 101]) {
    expect(rejected(family, { ...THESIS, rating })).toEqual(['rating']);
  }
  expect(rejected(family, { ...THESIS, stance: 'Attractive' })).toEqual(['stance']);
  expect(rejected(family, { ...THESIS, risks: 'regulation' })).toEqual(['risks']);
});

testAnyContent(family, capture(), THESIS);
