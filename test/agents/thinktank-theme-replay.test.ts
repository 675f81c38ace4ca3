import { expect, test } from 'vitest';
import { thinktankTheme as family } from '../../src/agents/thinktank-theme.ts';
import { artifact } from './captures.ts';
import { compared, decisionOf, originalOf, rejected, skipOf, testAnyContent } from './replays.ts';

const THEME = {
  narrative: 'Growth holds.',
  stance: 'constructive',
  drivers: ['earnings'],
  watch_items: ['payrolls'],
  material_change: true,
  change_summary: 'Breadth narrowed.',
};

const capture = (theme: object = {}, update_reason: unknown = 'reconcile') =>
  artifact('thinktank_theme', { kind: 'macro', update_reason }, { theme: { ...THEME, ...theme } });

const answer = (changes: object = {}) => ({ ...THEME, ...changes });

test('the decision is the stance as one of three and whether something changed', () => {
  expect(originalOf(family, capture())).toEqual({
    decision: { stance: 'positive', material_change: true },
    context: { event: false },
  });
  expect(decisionOf(family, answer({ stance: ' Late Cycle ' }), { event: false })).toEqual({
    stance: 'late cycle',
    material_change: true,
  });
});

test('stance and change count for a half each', () => {
  expect(compared(family, capture(), answer({ stance: 'Bullish' }))).toEqual({
    score: 1,
    diagnostics: { stance_equal: 1, material_change_equal: 1, stance_unrecognised: 0 },
  });
  expect(compared(family, capture(), answer({ stance: 'mixed' }))).toEqual({
    score: 0.5,
    diagnostics: { stance_equal: 0, material_change_equal: 1, stance_unrecognised: 0 },
  });
  expect(compared(family, capture(), answer({ material_change: false }))).toEqual({
    score: 0.5,
    diagnostics: { stance_equal: 1, material_change_equal: 0, stance_unrecognised: 0 },
  });
  expect(compared(family, capture(), answer({ stance: 'bearish', material_change: false })).score).toBe(0);
});

test('of an event only the stance counts, for one that changed nothing was never captured', () => {
  const event = capture({ material_change: undefined }, 'event');
  expect(originalOf(family, event)).toEqual({
    decision: { stance: 'positive', material_change: null },
    context: { event: true },
  });
  expect(decisionOf(family, answer(), { event: true })).toEqual({
    stance: 'positive',
    material_change: null,
  });
  expect(compared(family, event, answer({ material_change: false }))).toEqual({
    score: 1,
    diagnostics: { stance_equal: 1, stance_unrecognised: 0 },
  });
  expect(compared(family, event, answer({ stance: 'bearish' })).score).toBe(0);
});

test('a stance that is none of the three is compared as it is worded', () => {
  const captured = capture({ stance: 'Late cycle' });
  const against = (stance: string) => compared(family, captured, answer({ stance }));
  expect(against('  late CYCLE ')).toMatchObject({ score: 1, diagnostics: { stance_unrecognised: 1 } });
  expect(against('early cycle')).toMatchObject({ score: 0.5, diagnostics: { stance_unrecognised: 1 } });
  expect(against('neutral')).toMatchObject({ score: 0.5, diagnostics: { stance_unrecognised: 1 } });
  expect(compared(family, capture(), answer({ stance: '' }))).toMatchObject({
    score: 0.5,
    diagnostics: { stance_equal: 0, stance_unrecognised: 1 },
  });
});

test('a capture without a stance, or without a word on change where that counts, is skipped', () => {
  for (const stance of [undefined, null, '', '  ', 1]) {
    expect(skipOf(family, capture({ stance }))).toBe('no_decision');
  }
  for (const material_change of [undefined, null, 'true', 1]) {
    expect(skipOf(family, capture({ material_change }))).toBe('no_decision');
  }
  expect(skipOf(family, artifact('thinktank_theme', {}, {}))).toBe('no_decision');
});

test('an answer has every field but the summary, and no other', () => {
  expect(rejected(family, answer({ change_summary: undefined, drivers: '["rates"]' }))).toEqual([]);
  for (const field of Object.keys(THEME)) {
    if (field !== 'change_summary') expect(rejected(family, answer({ [field]: undefined }))).toEqual([field]);
    expect(rejected(family, answer({ [field]: null }))).toEqual([field]);
  }
  expect(rejected(family, answer({ conviction: 80 }))).toEqual(['']);
  expect(rejected(family, answer({ material_change: 'true' }))).toEqual(['material_change']);
  expect(rejected(family, answer({ material_change: 1 }))).toEqual(['material_change']);
  expect(rejected(family, answer({ drivers: 'rates' }))).toEqual(['drivers']);
});

testAnyContent(family, capture(), THEME);
