import { expect, test } from 'vitest';
import { macroEconomist as family } from '../../src/agents/macro-economist.ts';
import { artifact } from './captures.ts';
import { compared, decisionOf, originalOf, rejected, skipOf, testAnyContent } from './replays.ts';

const SECTORS = [
  'Technology',
  'Healthcare',
  'Financial',
  'Industrials',
  'Materials',
  'Consumer Discretionary',
  'Consumer Staples',
  'Communication Services',
  'Energy',
  'Utilities',
  'Real Estate',
];

const all = (modifier: number) => Object.fromEntries(SECTORS.map((sector) => [sector, modifier]));

const CALM = { vix: 30, sp500_30d_return: -15 };
const STORM = { vix: 30.1, sp500_30d_return: -10.1 };

const capture = (output: object = {}, macro_data: object | null = CALM) =>
  artifact(
    'macro_economist',
    { macro_data },
    {
      macro_report: 'calm',
      market_regime: 'bull',
      sector_modifiers: all(1.1),
      sector_ratings: {},
      ...output,
    },
  );

const answer = (changes: object = {}) => ({ market_regime: 'bull', sector_modifiers: all(1.1), ...changes });

test('the decision is the regime and a modifier for each sector, eleven at least, 1 where there is none', () => {
  expect(
    originalOf(family, capture({ sector_modifiers: { Healthcare: 0.9, Energy: null, Gold: 2 } })),
  ).toEqual({
    decision: { regime: 'bull', modifiers: [0.9, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1] },
    context: {
      bearForced: false,
      sectors: ['Healthcare', 'Gold', ...SECTORS.filter((sector) => sector !== 'Healthcare').slice(0, 9)],
    },
  });
  expect(
    compared(family, capture({ sector_modifiers: {} }), answer({ sector_modifiers: all(1) })).score,
  ).toBe(1);
  expect(compared(family, capture({ sector_modifiers: all(1), market_regime: 'neutral' }), {}).score).toBe(1);
});

test('sectors go by the names that the capture gives them', () => {
  const named = Object.fromEntries(SECTORS.map((sector) => [`${sector}s`, 1.1]));
  const replayed = { ...named, Energys: 1, Energy: 1 };
  expect(
    compared(family, capture({ sector_modifiers: named }), answer({ sector_modifiers: replayed }))
      .diagnostics,
  ).toMatchObject({ sector_bucket_share: 10 / 11 });
});

test('the regime counts for six tenths, the sectors for four', () => {
  expect(compared(family, capture(), answer())).toEqual({
    score: 1,
    diagnostics: { regime_equal: 1, sector_bucket_share: 1, modifier_mae: 0 },
  });
  expect(compared(family, capture(), answer({ market_regime: 'bear' }))).toEqual({
    score: expect.closeTo(0.4, 12),
    diagnostics: { regime_equal: 0, sector_bucket_share: 1, modifier_mae: 0 },
  });
  const three = { ...all(1.1), Technology: 1.07, Energy: 0.92, Utilities: 1 };
  expect(compared(family, capture(), answer({ sector_modifiers: three }))).toEqual({
    score: expect.closeTo(0.6 + 0.4 * (8 / 11), 12),
    diagnostics: {
      regime_equal: 1,
      sector_bucket_share: 8 / 11,
      modifier_mae: expect.closeTo((0.03 + 0.18 + 0.1) / 11, 12),
    },
  });
  expect(compared(family, capture(), answer({ market_regime: 'neutral', sector_modifiers: {} })).score).toBe(
    0,
  );
});

test.each([
  [1.08, 1.3, 1],
  [1.08, 1.0799, 0],
  [0.92, 0.7, 1],
  [0.92, 0.9201, 0],
  [0.9201, 1.0799, 1],
  [0.92, 1.08, 0],
])('the modifiers %d and %d are alike: %d', (captured, answered, alike) => {
  const { score } = compared(
    family,
    capture({ sector_modifiers: all(captured) }),
    answer({ sector_modifiers: all(answered) }),
  );
  expect(score).toBeCloseTo(0.6 + 0.4 * alike, 12);
});

test('the guardrail overrules an answer, not what was captured behind it', () => {
  expect(compared(family, capture({ market_regime: 'bear' }, STORM), answer()).score).toBe(1);
  expect(compared(family, capture({}, STORM), answer()).diagnostics.regime_equal).toBe(0);
  for (const data of [
    CALM,
    { vix: 40 },
    { vix: 40, sp500_30d_return: -10 },
    { sp500_30d_return: -20 },
    null,
  ]) {
    expect(compared(family, capture({}, data), answer()).score).toBe(1);
  }
});

test('caution is neutral on both sides', () => {
  for (const captured of ['caution', 'neutral']) {
    for (const market_regime of ['caution', 'neutral']) {
      expect(compared(family, capture({ market_regime: captured }), answer({ market_regime })).score).toBe(1);
    }
  }
});

test('a capture without a regime or without modifiers is skipped', () => {
  for (const market_regime of [undefined, null, 'Bull', 3]) {
    expect(skipOf(family, capture({ market_regime }))).toBe('no_decision');
  }
  for (const sector_modifiers of [undefined, null, [], 'x']) {
    expect(skipOf(family, capture({ sector_modifiers }))).toBe('no_decision');
  }
});

test('an answer may leave out everything, quote numbers and rate sectors in any object', () => {
  expect(decisionOf(family, {}, { bearForced: false, sectors: SECTORS })).toEqual({
    regime: 'neutral',
    modifiers: SECTORS.map(() => 1),
  });
  const { sector_modifiers, sector_ratings } = {
    sector_modifiers: { Technology: '1.25', Gold: 1.2 },
    sector_ratings: { Technology: { rating: 5 }, Gold: {} },
  };
  const decision = decisionOf(
    family,
    { sector_modifiers, sector_ratings },
    { bearForced: true, sectors: SECTORS },
  );
  expect(decision).toEqual({ regime: 'bear', modifiers: [1.25, ...Array(10).fill(1)] });
});

test('an answer is rejected for a modifier out of range, whatever its key', () => {
  for (const modifier of [0.69, 1.31, '1.4', true, null, 'high']) {
    for (const sector of ['Energy', 'Gold']) {
      const sector_modifiers = { [sector]: modifier };
      expect(rejected(family, { sector_modifiers })).toEqual([`sector_modifiers.${sector}`]);
    }
  }
  expect(rejected(family, { sector_modifiers: { Energy: 0.7, Gold: 1.3 } })).toEqual([]);
});

test('an answer is rejected for an unknown regime and for nulls', () => {
  for (const market_regime of ['Bull', 'storm', '', null]) {
    expect(rejected(family, { market_regime })).toEqual(['market_regime']);
  }
  expect(rejected(family, { report_md: null })).toEqual(['report_md']);
  expect(rejected(family, { sector_ratings: { Energy: 'overweight' } })).toEqual(['sector_ratings.Energy']);
  expect(rejected(family, { sector_ratings: { Gold: null } })).toEqual(['sector_ratings.Gold']);
  expect(rejected(family, { material_changes: 'none' })).toEqual(['material_changes']);
});

test('a key that is a name of JavaScript’s own is data', () => {
  const odd = JSON.parse('{"__proto__": {"Energy": 1.3}, "constructor": 1.1}');
  expect(
    decisionOf(family, { sector_modifiers: odd }, { bearForced: false, sectors: SECTORS }),
  ).toMatchObject({
    modifiers: SECTORS.map(() => 1),
  });
  expect(originalOf(family, capture({ sector_modifiers: odd }))).toMatchObject({
    decision: { modifiers: [1.1, ...Array(10).fill(1)] },
    context: { sectors: ['constructor', ...SECTORS.slice(0, 10)] },
  });
});

testAnyContent(family, capture({}, STORM), {
  ...answer(),
  report_md: 'x',
  sector_ratings: { Energy: { rating: 'overweight', rationale: 'x' } },
  material_changes: ['y'],
});
