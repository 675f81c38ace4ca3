import { expect, test } from 'vitest';
import { thesisUpdate as family } from '../../src/agents/thesis-update.ts';
import { artifact } from './captures.ts';
import { compared, decisionOf, originalOf, rejected, skipOf, testAnyContent } from './replays.ts';

const capture = (conviction: unknown) =>
  artifact(
    'thesis_update:technology:NVDA',
    { triggers: [], prior_thesis: { conviction: 'stable' } },
    { conviction, thesis_summary: 'of the prior', final_score: 72 },
  );

test.each([
  [70, 100, 1],
  [70, 69, 0.5],
  [70, 39, 0],
  [69, 40, 1],
  [55, 80, 0.5],
  [55, 10, 0.5],
  [0, 39, 1],
  [0, 40, 0.5],
  [0, 70, 0],
  [0, null, 0],
  [55, null, 0],
  [100, null, 0],
])('conviction %d against %j scores %d', (captured, conviction, score) => {
  expect(compared(family, capture(captured), { conviction })).toEqual({ score, diagnostics: {} });
});

test('the decision is the band', () => {
  expect(originalOf(family, capture(70))).toEqual({ decision: 'high', context: null });
  expect(decisionOf(family, { conviction: '39.0' }, null)).toBe('low');
  expect(decisionOf(family, {}, null)).toBeNull();
});

test('two answers without a conviction are alike', () => {
  expect(family.replay?.agreement(null, null).score).toBe(1);
});

test.each([undefined, null, 'rising', '75', 72.5, true])(
  'a capture is skipped when the model gave no conviction but %j',
  (conviction) => {
    expect(skipOf(family, capture(conviction))).toBe('no_llm_conviction');
  },
);

test('an answer is rejected for what is out of range or null', () => {
  expect(rejected(family, {})).toEqual([]);
  expect(rejected(family, { conviction: 85.5 })).toEqual(['conviction']);
  expect(rejected(family, { conviction: true })).toEqual(['conviction']);
  expect(rejected(family, { conviction: 'high' })).toEqual(['conviction']);
  expect(rejected(family, { conviction: 101 })).toEqual(['conviction']);
  expect(rejected(family, { thesis_summary: null })).toEqual(['thesis_summary']);
  expect(rejected(family, { risks: null })).toEqual(['risks']);
  expect(rejected(family, { risks: '["a"]', catalysts: [] })).toEqual([]);
});

testAnyContent(family, capture(75), {
  conviction: 75,
  bull_case: 'x',
  catalysts: ['y'],
  thesis_summary: 'z',
});
