import { expect, test } from 'vitest';
import type { Artifact } from '../../src/agents/family.ts';
import { thinktankTheme as family, themeStance } from '../../src/agents/thinktank-theme.ts';
import { itSurvivesAnyContent } from './captures.ts';
import { dropped, onlyRow } from './one-row.ts';

const THEME = {
  narrative: 'Growth holds, breadth narrows.',
  stance: 'constructive',
  drivers: ['earnings'],
  watch_items: ['payrolls'],
  material_change: true,
  change_summary: 'Breadth narrowed.',
};

const SNAPSHOT = {
  kind: 'sector',
  key: 'Technology',
  update_reason: 'reconcile',
  market_regime: 'bull',
  weekly_anchor_date: '2026-07-24',
  prior_theme: { ...THEME, stance: 'Cautious' },
};

const OUTPUT = {
  schema_version: 1,
  kind: 'sector',
  key: 'Technology',
  version: 3,
  theme: THEME,
  prompt_version: '',
};

function artifact(snapshot: object = {}, theme: unknown = THEME): Artifact {
  return {
    agentId: 'thinktank_theme',
    artifactRunId: 'tt_20260803_sector_technology_v3',
    day: '2026-08-03',
    snapshot: { ...SNAPSHOT, ...snapshot },
    output: { ...OUTPUT, theme },
  };
}

const withStance = (stance: unknown) => artifact({}, { ...THEME, stance });

test('a theme is one row with its stance as one of three', () => {
  const row = onlyRow(family, artifact());
  expect(row.labels).toEqual({ stance: 'positive' });
  expect(row.features).toEqual({
    regime: 'bull',
    kind: 'sector',
    update_reason: 'reconcile',
    prior_stance: -1,
    weeks_since_anchor: expect.closeTo(10 / 7, 12),
  });
});

test('a first theme has no stance before and perhaps no anchor', () => {
  const seed = {
    update_reason: 'seed',
    prior_theme: null,
    weekly_anchor_date: null,
    market_regime: 'unknown',
  };
  expect(onlyRow(family, artifact(seed)).features).toEqual({
    regime: Number.NaN,
    kind: 'sector',
    update_reason: 'seed',
    prior_stance: Number.NaN,
    weeks_since_anchor: Number.NaN,
  });
});

test('the stance is told from the words the model has for it', () => {
  const positive = [
    'constructive',
    ' Bullish ',
    'overweight',
    'favorable',
    'Tailwinds',
    'RISK-ON',
    'risk on',
    'Improving',
  ];
  const negative = [
    'cautious',
    'Bearish',
    'underweight',
    'unfavorable',
    'headwind',
    'Risk_Off',
    'deteriorating',
    'defensive',
  ];
  const neutral = [
    'neutral',
    'Balanced',
    'mixed',
    'market-weight',
    'market_weight',
    'Market Weight',
    'marketweight',
    'stable',
  ];
  for (const stance of positive) expect(themeStance(stance), stance).toBe('positive');
  for (const stance of negative) expect(themeStance(stance), stance).toBe('negative');
  for (const stance of neutral) expect(themeStance(stance), stance).toBe('neutral');
});

test('a phrase counts by the one side that it names', () => {
  expect(themeStance('moderately overweight')).toBe('positive');
  expect(themeStance('cautiously optimistic')).toBe('positive');
  expect(themeStance('Late-cycle, defensive tilt')).toBe('negative');
  expect(themeStance('balanced / range-bound')).toBe('neutral');
});

test('a phrase that names two sides, denies one or names none is not guessed at', () => {
  for (const stance of [
    'neutral-to-cautious',
    'not constructive',
    'less bullish',
    'late cycle',
    'overweighted?',
    '!',
  ]) {
    expect(dropped(family, withStance(stance)), stance).toBe('unrecognised_stance');
  }
});

test('without a stance there is no decision', () => {
  for (const stance of [null, '', '  ', 1, undefined])
    expect(dropped(family, withStance(stance))).toBe('no_decision');
  for (const theme of [null, 'constructive', [THEME], {}])
    expect(dropped(family, artifact({}, theme))).toBe('no_decision');
});

itSurvivesAnyContent(family.captured, artifact());
