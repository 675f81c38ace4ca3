import { expect, test } from 'vitest';
import { sectorPeerReview as family } from '../../src/agents/sector-peer-review.ts';
import { artifact } from './captures.ts';
import { compared, decisionOf, originalOf, rejected, skipOf, testAnyContent } from './replays.ts';

const SNAPSHOT = {
  quant_top5: ['A', 'B', 'C', 'D'].map((ticker) => ({ ticker, quant_score: 80 })),
  qual_additional_candidate: { ticker: 'E', qual_score: 70 },
};

const OUTPUT = {
  recommendations: [{ ticker: 'E' }, { ticker: 'A' }, { ticker: 'B' }],
  additional_accepted: true,
  peer_review_rationale: 'Balanced.',
};

const capture = (output: object = {}, snapshot: object = {}) =>
  artifact('sector_peer_review:consumer', { ...SNAPSHOT, ...snapshot }, { ...OUTPUT, ...output });

test('the decision is the set of the recommended, and an answer is read against the slate', () => {
  expect(originalOf(family, capture())).toEqual({
    decision: ['A', 'B', 'E'],
    context: ['A', 'B', 'C', 'D', 'E'],
  });
  const refused = originalOf(
    family,
    capture({ additional_accepted: false, recommendations: [{ ticker: 'A' }] }),
  );
  expect(refused).toEqual({ decision: ['A'], context: ['A', 'B', 'C', 'D'] });
});

test('of an answer the first three count that are candidates', () => {
  const read = (...selected_tickers: string[]) =>
    decisionOf(family, { selected_tickers }, originalOf(family, capture()).context);
  expect(read('E', 'A', 'B')).toEqual(['A', 'B', 'E']);
  expect(read('X', 'D', 'C', 'B', 'A')).toEqual(['B', 'C', 'D']);
  expect(read('D', 'D', 'C', 'B')).toEqual(['C', 'D']);
  expect(read(' A', 'a')).toEqual([]);
  expect(read()).toEqual([]);
});

test('likeness is what both sets share', () => {
  const against = (...selected_tickers: string[]) => compared(family, capture(), { selected_tickers });
  expect(against('B', 'E', 'A')).toEqual({ score: 1, diagnostics: { exact_set: 1 } });
  expect(against('A', 'B', 'C')).toEqual({ score: 0.5, diagnostics: { exact_set: 0 } });
  expect(against('A').score).toBeCloseTo(1 / 3, 12);
  expect(against('C', 'D').score).toBe(0);
  expect(against().score).toBe(0);
  expect(compared(family, capture({ recommendations: [] }), { selected_tickers: [] }).score).toBe(1);
});

test('an answer may have the tickers each with a rationale instead, and lists as text', () => {
  const selected_decisions = [{ ticker: 'A', rationale: 'x' }, { ticker: 'B' }, { ticker: 'E' }];
  const forms = [
    { selected_decisions },
    { selected_decisions: JSON.stringify(selected_decisions), team_rationale: 'y' },
    { selected_tickers: '["E", "B", "A"]' },
    { selected_tickers: ['A', 'B', 'E'], selected_decisions: [{ ticker: 'C' }], more: 1 },
  ];
  for (const form of forms) expect(compared(family, capture(), form).score).toBe(1);
});

test('an answer with neither list is rejected, and so is a list that is none', () => {
  expect(rejected(family, { team_rationale: 'none' })).toEqual(['selected_tickers']);
  for (const selected_decisions of [
    null,
    'A',
    ['A'],
    [{ rationale: 'x' }],
    [{ ticker: 'A', rationale: null }],
  ]) {
    expect(rejected(family, { selected_decisions })).toEqual(['selected_tickers']);
  }
  expect(rejected(family, { selected_tickers: 'A, B' })).toEqual(['selected_tickers']);
  expect(rejected(family, { selected_tickers: null, selected_decisions: [] })).toEqual(['selected_tickers']);
  expect(rejected(family, { selected_tickers: ['A', 1] })).toEqual(['selected_tickers.1']);
  expect(rejected(family, { selected_tickers: [], team_rationale: null })).toEqual(['team_rationale']);
  expect(rejected(family, null)).toEqual(['']);
});

test('a slate that no model chose from is skipped', () => {
  const rationale = (peer_review_rationale: string) => skipOf(family, capture({ peer_review_rationale }));
  expect(rationale('All candidates advanced (3).')).toBe('all_advanced');
  expect(rationale('Regime gate filtered 1 pick.')).toBe('regime_gate');
  expect(rationale('Fallback: selected by combined quant+qual score.')).toBe('fallback');
  const three = SNAPSHOT.quant_top5.slice(1);
  expect(skipOf(family, capture({ additional_accepted: false }, { quant_top5: three }))).toBe(
    'no_selection_call',
  );
  expect(skipOf(family, capture({}, { quant_top5: [], qual_additional_candidate: null }))).toBe(
    'no_candidates',
  );
  expect(skipOf(family, capture({ recommendations: undefined }))).toBe('no_decision');
  expect(skipOf(family, capture({ recommendations: [null, { ticker: 'X' }] }))).toBe('no_decision');
});

testAnyContent(family, capture(), { selected_tickers: ['A', 'B', 'E'], team_rationale: 'x' });
