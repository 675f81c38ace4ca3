import { expect, test } from 'vitest';
import { executorEntryTriggers as family } from '../../src/agents/executor-entry-triggers.ts';
import type { Artifact } from '../../src/agents/family.ts';
import { itSurvivesAnyContent } from './captures.ts';
import { dropped, numberOf, type OneRow, onlyRow, pick, seeded } from './one-row.ts';

const SNAPSHOT = {
  _producer: 'alpha-engine.executor.entry_triggers',
  _producer_version: '1.0.0',
  ticker: 'AAPL',
  signal: 'ENTER',
  shares: 120,
  signal_date: '2026-08-01',
  prediction_date: '2026-08-03',
  morning_price: 200,
  current_price: 196,
  day_high: 202,
  day_low: 195,
  vwap: 200,
  support_level: 194,
  thresholds: {
    pullback_pct: 0.025,
    vwap_discount: 0.005,
    support_pct: 0.02,
    graduated_max_premium: 0.015,
    expiry_time: '15:45',
    graduated_start_time: '13:30',
  },
  disabled_triggers: [] as string[],
  now_et: '2026-08-03T14:15:30-04:00',
};

const OUTPUT = {
  fired_trigger: 'pullback 3.0% from high $202.00',
  trigger_kind: 'pullback',
  captured_at_fill_attempt: true,
  fill_price: 196.02,
  actual_shares: 120,
  trade_id: null,
};

function artifact(snapshot: object = {}, output: object = {}): Artifact {
  return {
    agentId: 'executor:entry_triggers',
    artifactRunId: '2026-08-03_AAPL_1a2b3c4d',
    day: '2026-08-03',
    snapshot: { ...SNAPSHOT, ...snapshot },
    output: { ...OUTPUT, ...output },
  };
}

test('a fired entry is one row of margins with the trigger as its label', () => {
  const row = onlyRow(family, artifact());
  expect(row.labels).toEqual({ trigger_kind: 'pullback' });
  expect(row.features).toEqual({
    m_pull: expect.closeTo(6 / 202 - 0.025, 12),
    m_vwap: expect.closeTo(0.015, 12),
    sup_dist: expect.closeTo(2 / 194, 12),
    sup_ok_low: 1,
    m_support: expect.closeTo(0.02 - 2 / 194, 12),
    minutes_past_expiry: expect.closeTo(-89.5, 12),
    minutes_past_graduated_start: expect.closeTo(45.5, 12),
    premium: expect.closeTo(-0.02 - 0.015, 12),
  });
});

test('thresholds that are null are the executor’s defaults', () => {
  const nulls = Object.fromEntries(Object.keys(SNAPSHOT.thresholds).map((key) => [key, null]));
  for (const thresholds of [nulls, {}, null]) {
    expect(onlyRow(family, artifact({ thresholds })).features).toMatchObject({
      m_pull: expect.closeTo(6 / 202 - 0.02, 12),
      m_vwap: expect.closeTo(0.02 - 0.005, 12),
      m_support: expect.closeTo(0.01 - 2 / 194, 12),
      minutes_past_expiry: expect.closeTo(14 * 60 + 15.5 - 955, 12),
      minutes_past_graduated_start: expect.closeTo(15.5, 12),
      premium: expect.closeTo(-0.03, 12),
    });
  }
});

test('a trigger without its level cannot fire', () => {
  expect(onlyRow(family, artifact({ vwap: null, support_level: null })).features).toMatchObject({
    m_vwap: -1,
    sup_dist: -1,
    m_support: -1,
    sup_ok_low: Number.NaN,
  });
});

test('a low at the support has not broken it, one below ends the bounce', () => {
  const at = onlyRow(family, artifact({ day_low: 194 })).features;
  expect(at).toMatchObject({ sup_ok_low: 1, m_support: expect.closeTo(0.02 - 2 / 194, 12) });
  const below = onlyRow(family, artifact({ day_low: 193.99 })).features;
  expect(below).toMatchObject({ sup_ok_low: 0, m_support: -1 });
});

test('a disabled trigger cannot fire', () => {
  const disabled_triggers = ['pullback', 'vwap_discount', 'support_bounce', 'graduated_entry'];
  expect(onlyRow(family, artifact({ disabled_triggers })).features).toMatchObject({
    m_pull: -1,
    m_vwap: -1,
    sup_dist: -1,
    m_support: -1,
    minutes_past_graduated_start: -1,
  });
});

test('prices and a clock that were not captured are missing', () => {
  const missing = { current_price: null, day_high: null, day_low: null, morning_price: null, now_et: null };
  expect(onlyRow(family, artifact(missing)).features).toEqual({
    m_pull: Number.NaN,
    m_vwap: Number.NaN,
    sup_dist: Number.NaN,
    sup_ok_low: Number.NaN,
    m_support: Number.NaN,
    minutes_past_expiry: Number.NaN,
    minutes_past_graduated_start: Number.NaN,
    premium: Number.NaN,
  });
});

test('a margin that no price can have is missing', () => {
  const { features } = onlyRow(
    family,
    artifact({ day_high: 1e-320, morning_price: -1, support_level: 1e-300 }),
  );
  expect(features).toMatchObject({ m_pull: Number.NaN, premium: Number.NaN, sup_dist: Number.NaN });
});

test('a reason the executor could not classify is a class of its own, no reason is a drop', () => {
  expect(onlyRow(family, artifact({}, { trigger_kind: 'unknown' })).labels.trigger_kind).toBe('unknown');
  for (const trigger_kind of [null, '', 'limit_order', 3, undefined]) {
    expect(dropped(family, artifact({}, { trigger_kind }))).toBe('no_decision');
  }
});

test('the signs of the margins give the trigger that the executor’s own order fires', () => {
  const random = seeded(41);
  const seen = new Map<string, number>();
  for (let index = 0; index < 600; index++) {
    const snapshot = randomSnapshot(random);
    const trigger_kind = fired(snapshot);
    seen.set(trigger_kind, (seen.get(trigger_kind) ?? 0) + 1);
    const row = onlyRow(family, artifact(snapshot, { trigger_kind }));
    expect(bySigns(row), JSON.stringify(snapshot)).toBe(trigger_kind);
  }
  expect([...seen.keys()].sort()).toEqual(
    ['graduated_entry', 'pullback', 'support_bounce', 'time_expiry', 'unknown', 'vwap_discount'].sort(),
  );
});

function randomSnapshot(random: () => number): typeof SNAPSHOT {
  const cents = (low: number, high: number) => Math.round((low + random() * (high - low)) * 100) / 100;
  const low = cents(97, 100);
  const last = cents(low, 101);
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    ...SNAPSHOT,
    morning_price: cents(98, 101),
    current_price: last,
    day_low: low,
    day_high: cents(last, 102),
    vwap: random() < 0.2 ? 0 : cents(98, 101),
    support_level: random() < 0.2 ? 0 : cents(95, 100),
    thresholds: {
      ...SNAPSHOT.thresholds,
      pullback_pct: pick(random, [0.015, 0.02, 0.03]),
      support_pct: pick(random, [0.005, 0.01]),
    },
    disabled_triggers: ['pullback', 'vwap_discount', 'support_bounce', 'graduated_entry'].filter(
      () => random() < 0.2,
    ),
    now_et: `2026-08-03T${two(pick(random, [10, 12, 13, 14, 15]))}:${two(Math.floor(random() * 60))}:00-04:00`,
  };
}

/** The executor’s chain, from its description: the first of five tests to hold. */
function fired(snapshot: typeof SNAPSHOT): string {
  const {
    thresholds,
    current_price: last,
    day_high: high,
    day_low: low,
    vwap,
    support_level: support,
  } = snapshot;
  const may = (trigger: string) => !snapshot.disabled_triggers.includes(trigger);
  const clock = snapshot.now_et.slice(11, 16);
  if (may('pullback') && (high - last) / high >= thresholds.pullback_pct) return 'pullback';
  if (may('vwap_discount') && vwap > 0 && (vwap - last) / vwap >= thresholds.vwap_discount)
    return 'vwap_discount';
  if (may('support_bounce') && support > 0 && low >= support) {
    const distance = (last - support) / support;
    if (distance >= 0 && distance <= thresholds.support_pct) return 'support_bounce';
  }
  if (clock >= thresholds.expiry_time) return 'time_expiry';
  const premium = (last - snapshot.morning_price) / snapshot.morning_price;
  const afternoon = clock >= thresholds.graduated_start_time;
  if (may('graduated_entry') && afternoon && premium <= thresholds.graduated_max_premium)
    return 'graduated_entry';
  return 'unknown';
}

function bySigns(row: OneRow): string {
  if (numberOf(row, 'm_pull') >= 0) return 'pullback';
  if (numberOf(row, 'm_vwap') >= 0) return 'vwap_discount';
  if (numberOf(row, 'm_support') >= 0) return 'support_bounce';
  if (numberOf(row, 'minutes_past_expiry') >= 0) return 'time_expiry';
  if (numberOf(row, 'minutes_past_graduated_start') >= 0 && numberOf(row, 'premium') <= 0)
    return 'graduated_entry';
  return 'unknown';
}

itSurvivesAnyContent(family.captured, artifact());
