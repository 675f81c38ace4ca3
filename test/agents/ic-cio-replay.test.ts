import { expect, test } from 'vitest';
import { icCio as family } from '../../src/agents/ic-cio.ts';
import { artifact } from './captures.ts';
import { compared, decisionOf, originalOf, rejected, skipOf, testAnyContent } from './replays.ts';

const SNAPSHOT = { candidates: ['A', 'B', 'C', 'D'].map((ticker) => ({ ticker, quant_score: 70 })) };

type Verdict = readonly [ticker: string, decision: string];

const decisions = (...verdicts: Verdict[]) =>
  verdicts.map(([ticker, decision]) => ({ ticker, decision, rationale: 'x' }));

// B was cut off by the cap, D forced in to reach the floor.
const CAPTURED: readonly Verdict[] = [
  ['A', 'ADVANCE'],
  ['B', 'ADVANCE'],
  ['C', 'NO_ADVANCE_DEADLOCK'],
  ['D', 'ADVANCE_FORCED'],
];

const capture = (ic_decisions: unknown = decisions(...CAPTURED), snapshot: object = SNAPSHOT) =>
  artifact('ic_cio', snapshot, { ic_decisions, advanced_tickers: ['A', 'D'] });

const against = (...verdicts: Verdict[]) =>
  compared(family, capture(), { decisions: decisions(...verdicts) });

test('the decision is what the model wanted, before cap and floor', () => {
  expect(originalOf(family, capture())).toEqual({
    decision: [
      ['A', true],
      ['B', true],
      ['C', false],
      ['D', false],
    ],
    context: ['A', 'B', 'C', 'D'],
  });
});

test('a forced advance is none, one that the cap cut off is one', () => {
  const same = against(['D', 'REJECT'], ['C', 'REJECT'], ['B', 'ADVANCE'], ['A', 'ADVANCE']);
  expect(same).toEqual({ score: 1, diagnostics: { advance_jaccard: 1 } });
  expect(against(['A', 'ADVANCE'], ['B', 'REJECT'], ['C', 'REJECT'], ['D', 'ADVANCE'])).toEqual({
    score: 0.5,
    diagnostics: { advance_jaccard: 1 / 3 },
  });
});

test('a candidate that the answer leaves out is a mismatch', () => {
  expect(against(['A', 'ADVANCE'])).toEqual({ score: 0.25, diagnostics: { advance_jaccard: 0.5 } });
  expect(against(['C', 'REJECT'], ['D', 'REJECT'])).toEqual({
    score: 0.5,
    diagnostics: { advance_jaccard: 0 },
  });
  expect(against(['X', 'ADVANCE'])).toEqual({ score: 0, diagnostics: { advance_jaccard: 0 } });
});

test('a candidate that the original left out does not count', () => {
  const captured = capture(decisions(['A', 'ADVANCE'], ['C', 'REJECT'], ['X', 'ADVANCE']));
  expect(originalOf(family, captured).decision).toEqual([
    ['A', true],
    ['C', false],
  ]);
  const answered = decisions(['A', 'ADVANCE'], ['B', 'ADVANCE'], ['C', 'REJECT']);
  expect(compared(family, captured, { decisions: answered })).toEqual({
    score: 1,
    diagnostics: { advance_jaccard: 1 },
  });
});

test('two committees that advance nobody are alike', () => {
  const none = decisions(['A', 'REJECT'], ['B', 'REJECT'], ['C', 'ADVANCE_FORCED'], ['D', 'REJECT']);
  const rejecting = none.map((one) => ({ ...one, decision: 'NO_ADVANCE_DEADLOCK' }));
  expect(compared(family, capture(none), { decisions: rejecting })).toEqual({
    score: 1,
    diagnostics: { advance_jaccard: 1 },
  });
});

test('an answer is reconciled as in production', () => {
  const read = (...verdicts: Verdict[]) =>
    decisionOf(family, { decisions: decisions(...verdicts) }, ['A', 'B']);
  expect(read([' b ', ' reject '], ['a', 'Advance'], ['X', 'ADVANCE'])).toEqual([
    ['A', true],
    ['B', false],
  ]);
  expect(read(['A', 'ADVANCE'], ['a', 'REJECT'])).toEqual([['A', false]]);
  expect(read(['A', 'NO_ADVANCE_DEADLOCK'], ['A', 'ADVANCE'])).toEqual([['A', false]]);
  expect(read(['A', 'ADVANCE'], ['A', 'ADVANCE'])).toEqual([['A', true]]);
});

test('a slate in small letters finds its verdicts', () => {
  const snapshot = { candidates: [{ ticker: 'brk-b' }, { ticker: 'BRK-B' }] };
  const captured = capture(decisions(['brk-b', 'ADVANCE']), snapshot);
  expect(originalOf(family, captured)).toEqual({ decision: [['BRK-B', true]], context: ['BRK-B'] });
});

test('a run in which no model decided is skipped', () => {
  expect(skipOf(family, capture(undefined, {}))).toBe('no_candidates');
  expect(skipOf(family, capture([]))).toBe('no_decision');
  expect(skipOf(family, capture(decisions(['X', 'ADVANCE'])))).toBe('no_decision');
  expect(skipOf(family, capture(decisions(['A', 'PERHAPS'])))).toBe('no_decision');
  for (const rationale of ['Fallback (LLM unusable): by score', 'Fallback: below floor cutoff', 'cap=0']) {
    const fallback = decisions(...CAPTURED).map((one) => ({ ...one, rationale }));
    expect(skipOf(family, capture(fallback))).toBe('fallback');
    expect(skipOf(family, capture([...fallback, ...decisions(['A', 'REJECT'])]))).toBeUndefined();
  }
});

test('an answer needs a verdict at least', () => {
  expect(rejected(family, {})).toEqual(['decisions']);
  expect(rejected(family, { decisions: [] })).toEqual(['decisions']);
  expect(rejected(family, { decisions: '[]' })).toEqual(['decisions']);
  expect(rejected(family, { decisions: 'ADVANCE A' })).toEqual(['decisions']);
  expect(rejected(family, { decisions: JSON.stringify(decisions(['A', 'ADVANCE'])) })).toEqual([]);
});

test('a verdict has its fields in their ranges, or null where that is allowed', () => {
  const one = (changes: object) => ({ decisions: [{ ticker: 'A', decision: 'ADVANCE', ...changes }] });
  const nulls = { rank: null, conviction: null, rule_tags: null, entry_thesis: null };
  const full = {
    rank: '1',
    conviction: 85.0,
    rule_tags: '["other"]',
    entry_thesis: { conviction: '70' },
    sector: 'X',
  };
  for (const accepted of [{}, nulls, full]) expect(rejected(family, one(accepted))).toEqual([]);
  for (const decision of ['ADVANCE_FORCED', 'HOLD', '', null, undefined]) {
    expect(rejected(family, one({ decision }))).toEqual(['decisions.0.decision']);
  }
  for (const [field, value] of Object.entries({
    ticker: null,
    rank: -1,
    conviction: 100.5,
    rationale: null,
    entry_thesis: [],
  })) {
    expect(rejected(family, one({ [field]: value }))).toEqual([`decisions.0.${field}`]);
  }
  expect(rejected(family, one({ rule_tags: ['vibes'] }))).toEqual(['decisions.0.rule_tags.0']);
  expect(rejected(family, one({ entry_thesis: { conviction: true } }))).toEqual([
    'decisions.0.entry_thesis.conviction',
  ]);
});

test('tickers and keys that are names of JavaScript’s own are data', () => {
  const tickers = ['__proto__', 'constructor'];
  const snapshot = { candidates: tickers.map((ticker) => ({ ticker })) };
  const verdicts = decisions(['__proto__', 'ADVANCE'], ['constructor', 'REJECT']);
  expect(compared(family, capture(verdicts, snapshot), { decisions: verdicts }).score).toBe(1);
  const odd = JSON.parse(
    '{"__proto__": {"decisions": 1}, "decisions": [{"ticker": "A", "decision": "ADVANCE"}]}',
  );
  expect(decisionOf(family, odd, ['A'])).toEqual([['A', true]]);
});

testAnyContent(family, capture(), {
  decisions: [
    { ticker: 'A', decision: 'ADVANCE', rank: 1, conviction: 80, rationale: 'x', rule_tags: ['other'] },
    { ticker: 'C', decision: 'REJECT', entry_thesis: { conviction: 3, risks: ['y'] } },
  ],
});
