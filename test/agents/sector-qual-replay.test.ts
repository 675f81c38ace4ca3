import { expect, test } from 'vitest';
import { sectorQual as family } from '../../src/agents/sector-qual.ts';
import { artifact } from './captures.ts';
import { compared, decisionOf, originalOf, rejected, skipOf, testAnyContent } from './replays.ts';

const ASSESSMENTS = [
  { ticker: 'D', qual_score: null, conviction: null },
  { ticker: 'A', qual_score: 70, conviction: 70 },
  { ticker: 'B', qual_score: 60, conviction: 69 },
  { ticker: 'C', qual_score: 20, conviction: 39 },
];

const capture = (output: object, snapshot: object = { quant_top5: [{ ticker: 'A' }] }) =>
  artifact('sector_qual:technology', snapshot, output);

const CAPTURE = capture({ assessments: ASSESSMENTS, additional_candidate: { ticker: 'X' }, error: null });

test('the decision is a band for each ticker', () => {
  expect(originalOf(family, CAPTURE)).toEqual({
    decision: {
      bands: [
        ['A', 'high'],
        ['B', 'medium'],
        ['C', 'low'],
        ['D', null],
      ],
      additional: 'X',
    },
    context: null,
  });
});

test('likeness is that of the tickers times the share of equal bands', () => {
  const against = (assessments: unknown, additional_candidate: unknown = null) =>
    compared(family, CAPTURE, { assessments, additional_candidate });
  expect(against(ASSESSMENTS.toReversed(), { ticker: 'X', conviction: 3 })).toEqual({
    score: 1,
    diagnostics: { additional_candidate_equal: 1 },
  });
  expect(against(ASSESSMENTS).diagnostics).toEqual({ additional_candidate_equal: 0 });
  expect(against(ASSESSMENTS.map((one) => ({ ...one, conviction: 75 }))).score).toBe(0.25);
  // Three of five tickers in common, two of the three in the same band.
  const others = [
    { ticker: 'A', conviction: 99 },
    { ticker: 'B', conviction: 70 },
    { ticker: 'C', conviction: '0' },
    { ticker: 'E', conviction: 50 },
  ];
  expect(against(others).score).toBeCloseTo((3 / 5) * (2 / 3), 12);
  expect(against([{ ticker: 'E' }]).score).toBe(0);
  expect(against([]).score).toBe(0);
});

test('to assess none is a decision', () => {
  expect(compared(family, capture({ assessments: [] }), {})).toEqual({
    score: 1,
    diagnostics: { additional_candidate_equal: 1 },
  });
});

test('a capture without an assessment that can be read is skipped', () => {
  expect(skipOf(family, capture({}))).toBe('no_decision');
  expect(skipOf(family, capture({ assessments: [], error: 'recursion limit' }))).toBe('no_decision');
  expect(skipOf(family, capture({ assessments: [null] }))).toBe('no_decision');
  expect(skipOf(family, capture({ assessments: [] }, {}))).toBe('no_candidates');
});

test('a ticker may be any name', () => {
  const assessments = ['__proto__', 'constructor'].map((ticker) => ({ ticker, conviction: 80 }));
  expect(compared(family, capture({ assessments }), { assessments }).score).toBe(1);
  expect(compared(family, capture({ assessments }), { assessments: assessments.slice(1) }).score).toBe(0.5);
});

test('an answer may quote its numbers, write its lists as text and leave out what has a default', () => {
  const written = JSON.stringify([{ ticker: 'A', qual_score: '61.5', conviction: '70.0', risks: '["r"]' }]);
  expect(decisionOf(family, { assessments: written }, null)).toEqual({
    bands: [['A', 'high']],
    additional: null,
  });
});

test('an answer is rejected for what is missing or out of range', () => {
  const one = (changes: object) => ({ assessments: [{ ticker: 'A', ...changes }] });
  expect(rejected(family, one({}))).toEqual([]);
  expect(rejected(family, one({ ticker: null }))).toEqual(['assessments.0.ticker']);
  expect(rejected(family, one({ conviction: 70.5 }))).toEqual(['assessments.0.conviction']);
  expect(rejected(family, one({ conviction: 101 }))).toEqual(['assessments.0.conviction']);
  expect(rejected(family, one({ qual_score: -1 }))).toEqual(['assessments.0.qual_score']);
  expect(rejected(family, one({ bear_case: null }))).toEqual(['assessments.0.bear_case']);
  expect(rejected(family, one({ catalysts: 'earnings' }))).toEqual(['assessments.0.catalysts']);
  expect(rejected(family, { additional_candidate: {} })).toEqual(['additional_candidate.ticker']);
  expect(rejected(family, { additional_candidate: 'X' })).toEqual(['additional_candidate']);
});

testAnyContent(family, CAPTURE, { assessments: ASSESSMENTS, additional_candidate: { ticker: 'X' } });
