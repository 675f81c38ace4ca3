import { describe, expect, test } from 'vitest';
import { tradingDays } from '../../src/agents/executor.ts';
import { executorExitRules as family } from '../../src/agents/executor-exit-rules.ts';
import type { Artifact } from '../../src/agents/family.ts';
import { dayNumber } from '../../src/shared/day.ts';
import { itSurvivesAnyContent } from './captures.ts';
import { dropped, numberOf, type OneRow, onlyRow, pick, seeded } from './one-row.ts';

function artifact(snapshot: object, output: object, artifactRunId = '2026-05-21_AAPL_1a2b3c4d'): Artifact {
  return {
    agentId: 'executor:exit_rules',
    artifactRunId,
    day: '2026-05-21',
    snapshot: { ...snapshot },
    output: { ...output },
  };
}

test('a layer that is not known is dropped', () => {
  for (const evaluation_layer of [undefined, null, 'broker', 1]) {
    expect(dropped(family, artifact({ evaluation_layer }, { fired_rule: 'intraday_collapse' }))).toBe(
      'unknown_layer',
    );
  }
});

test('the layer is told from the snapshot, or from the output when it stands there', () => {
  const fired = { fired_rule: 'intraday_collapse' };
  expect(onlyRow(family, artifact({ evaluation_layer: 'daemon_intraday' }, fired)).subject).toBe(
    'executor:exit_rules:daemon',
  );
  expect(onlyRow(family, artifact({}, { ...fired, evaluation_layer: 'daemon_intraday' })).subject).toBe(
    'executor:exit_rules:daemon',
  );
  expect(onlyRow(family, artifact({}, { fired_rule_key: null, evaluation_layer: 'planner' })).subject).toBe(
    'executor:exit_rules:planner',
  );
});

describe('planner', () => {
  const SNAPSHOT = {
    _producer: 'alpha-engine.executor.exit_rules',
    _producer_version: '1.0.0',
    ticker: 'AAPL',
    entry_date: '2026-05-08',
    avg_cost: 170,
    shares_held: 150,
    market_value: 26_287.5,
    sector: 'technology',
    stance: 'catalyst',
    catalyst_date: '2026-05-18',
    current_price: 175.25,
    gain_pct: 0.030882,
    research_action: 'HOLD',
    research_score: 78.5,
    research_conviction: 'rising',
    thresholds: {
      atr_period: 14,
      atr_multiple: null,
      fallback_stop_enabled: true,
      fallback_stop_pct: 0.12,
      profit_take_pct: 0.2,
      time_decay_enabled: true,
      time_decay_days: null,
      momentum_exit_enabled: true,
      momentum_exit_threshold: -15,
      catalyst_follow_through_days: null,
    },
    evaluation_layer: 'planner',
  };
  const OUTPUT = {
    outcome: 'fired',
    action: 'EXIT',
    fired_rule: 'catalyst_hard_exit',
    fired_rule_key: 'catalyst_hard_exit',
    fired_rule_kind: 'catalyst_hard_exit',
    shares_requested: null,
    detail: '3 trading days past',
  };
  const QUIET = {
    outcome: 'no_fire',
    action: null,
    fired_rule: null,
    fired_rule_key: null,
    fired_rule_kind: 'no_fire',
    shares_requested: null,
    detail: null,
  };
  const planner = (snapshot: object = {}, output: object = OUTPUT) =>
    artifact({ ...SNAPSHOT, ...snapshot }, output);

  test('a position is one row with the rule as its label', () => {
    const row = onlyRow(family, planner());
    expect(row.subject).toBe('executor:exit_rules:planner');
    expect(row.labels).toEqual({ fired_rule_key: 'catalyst_hard_exit' });
    expect(row.features).toEqual({
      gain_pct: 0.030882,
      fallback_margin: expect.closeTo(0.150882, 12),
      profit_margin: expect.closeTo(-0.169118, 12),
      trading_days_held: 9,
      decay_days: 9,
      days_past_catalyst: 3,
      research_enter: 0,
      stance: 'catalyst',
    });
  });

  test('a position where nothing fired is a row too', () => {
    for (const output of [
      QUIET,
      { fired_rule_key: null },
      { outcome: 'no_fire' },
      { fired_rule_kind: 'no_fire' },
    ]) {
      expect(onlyRow(family, planner({}, output)).labels.fired_rule_key).toBe('no_fire');
    }
  });

  test('without a key the rule is told from its reason', () => {
    for (const fired_rule of ['time_decay_exit', 'time_decay_reduce']) {
      const row = onlyRow(
        family,
        planner({}, { outcome: 'fired', fired_rule, fired_rule_kind: 'time_decay' }),
      );
      expect(row.labels.fired_rule_key).toBe('time_decay');
    }
    // The floor came after the list of kinds, which calls it unknown.
    const floor = { ...OUTPUT, fired_rule: 'position_loss_floor', fired_rule_key: 'position_loss_floor' };
    expect(onlyRow(family, planner({}, { ...floor, fired_rule_kind: 'unknown' })).labels.fired_rule_key).toBe(
      'position_loss_floor',
    );
  });

  test('rules that look at price history are dropped', () => {
    for (const fired_rule_key of ['atr_trailing_stop', 'momentum_exit', 'sector_veto_blocked', 'toString']) {
      expect(dropped(family, planner({}, { ...OUTPUT, fired_rule_key }))).toBe('unobservable_rule');
    }
  });

  test('a rule that fired and is not named is no decision', () => {
    for (const output of [{ outcome: 'fired', fired_rule_key: null }, {}, { fired_rule_key: 3 }]) {
      expect(dropped(family, planner({}, output))).toBe('no_decision');
    }
  });

  test('thresholds that are null are the defaults, a stop that is switched off cannot fire', () => {
    const nulls = { ...SNAPSHOT.thresholds, fallback_stop_pct: null, profit_take_pct: null };
    expect(onlyRow(family, planner({ thresholds: nulls })).features).toMatchObject({
      fallback_margin: expect.closeTo(0.130882, 12),
      profit_margin: expect.closeTo(-0.219118, 12),
    });
    const off = { ...SNAPSHOT.thresholds, fallback_stop_enabled: false };
    expect(onlyRow(family, planner({ thresholds: off })).features.fallback_margin).toBe(1);
  });

  test('no day of a reaffirmed position counts towards decay, nor any where decay is switched off', () => {
    expect(onlyRow(family, planner({ research_action: 'ENTER' })).features).toMatchObject({
      trading_days_held: 9,
      decay_days: 0,
      research_enter: 1,
    });
    const off = { ...SNAPSHOT.thresholds, time_decay_enabled: false };
    expect(onlyRow(family, planner({ thresholds: off })).features.decay_days).toBe(0);
  });

  test('inputs that were not captured are missing', () => {
    const missing = {
      gain_pct: null,
      entry_date: null,
      catalyst_date: null,
      stance: null,
      research_action: null,
    };
    for (const value of Object.values(onlyRow(family, planner(missing, QUIET)).features)) {
      expect(value).toBeNaN();
    }
  });

  test('the features give the rule that the planner’s own order fires', () => {
    const random = seeded(59);
    const seen = new Set<string>();
    for (let index = 0; index < 600; index++) {
      const stance = pick(random, ['momentum', 'value', 'quality', 'catalyst']);
      const snapshot = {
        ...SNAPSHOT,
        stance,
        gain_pct: Math.round((random() * 0.6 - 0.25) * 1e4) / 1e4,
        entry_date: `2026-0${pick(random, [3, 4, 5])}-1${Math.floor(random() * 10)}`,
        catalyst_date: stance === 'catalyst' ? `2026-05-${10 + Math.floor(random() * 20)}` : null,
        research_action: pick(random, ['ENTER', 'HOLD']),
        thresholds: {
          ...SNAPSHOT.thresholds,
          fallback_stop_enabled: random() < 0.8,
          time_decay_enabled: stance === 'momentum' || stance === 'value',
        },
      };
      const rule = fired(snapshot);
      seen.add(rule);
      const output = rule === 'no_fire' ? QUIET : { ...OUTPUT, fired_rule: rule, fired_rule_key: rule };
      expect(byFeatures(onlyRow(family, planner(snapshot, output))), JSON.stringify(snapshot)).toBe(rule);
    }
    expect(seen.size).toBe(6);
  });

  interface Held {
    readonly stance: string;
    readonly gain_pct: number;
    readonly entry_date: string;
    readonly catalyst_date: string | null;
    readonly research_action: string;
    readonly thresholds: typeof SNAPSHOT.thresholds;
  }

  /** The planner’s chain without the rules on price history, from its description. */
  function fired({
    stance,
    gain_pct: gain,
    entry_date,
    catalyst_date,
    research_action,
    thresholds,
  }: Held): string {
    const since = (date: string) => tradingDays(dayNumber(date), dayNumber('2026-05-21'));
    if (gain <= -0.15) return 'position_loss_floor';
    if (catalyst_date !== null && since(catalyst_date) >= 3) return 'catalyst_hard_exit';
    if (thresholds.fallback_stop_enabled && gain + thresholds.fallback_stop_pct <= 0) return 'fallback_stop';
    if (gain >= thresholds.profit_take_pct) return 'profit_take';
    const decays = thresholds.time_decay_enabled && research_action !== 'ENTER';
    return decays && since(entry_date) >= (stance === 'value' ? 20 : 7) ? 'time_decay' : 'no_fire';
  }

  function byFeatures(row: OneRow): string {
    if (numberOf(row, 'gain_pct') <= -0.15) return 'position_loss_floor';
    if (numberOf(row, 'days_past_catalyst') >= 3) return 'catalyst_hard_exit';
    if (numberOf(row, 'fallback_margin') <= 0) return 'fallback_stop';
    if (numberOf(row, 'profit_margin') >= 0) return 'profit_take';
    return numberOf(row, 'decay_days') >= (row.features.stance === 'value' ? 20 : 7)
      ? 'time_decay'
      : 'no_fire';
  }

  itSurvivesAnyContent(family.captured, planner());
  itSurvivesAnyContent(family.captured, planner({}, QUIET));
});

describe('daemon', () => {
  const SNAPSHOT = {
    _producer: 'alpha-engine.executor.exit_rules',
    _producer_version: '1.0.0',
    ticker: 'AAPL',
    entry_price: 160,
    entry_date: '2026-05-11',
    current_stop: 168,
    trail_atr: 3.2,
    atr_multiple: 2,
    high_water: 176,
    shares_held: 150,
    profit_take_executed: false,
    current_price: 172.2,
    day_high: 174,
    day_low: 171,
    gain_pct: (172.2 - 160) / 160,
    days_held: 10,
    thresholds: {
      intraday_profit_take_pct: 0.07,
      intraday_collapse_pct: 0.04,
      intraday_tighten_after_days: 3,
      intraday_tighten_atr_multiple: 1.5,
    },
    evaluation_layer: 'daemon_intraday',
  };
  const OUTPUT = {
    outcome: 'fired',
    action: 'REDUCE',
    fired_rule: 'intraday_profit_take',
    fired_rule_kind: 'profit_take',
    shares_requested: 75,
    detail: 'gain 7.6% >= 7.0% threshold',
    fill_price: null,
    actual_shares_exited: null,
    trade_id: null,
  };
  const daemon = (snapshot: object = {}, output: object = {}) =>
    artifact({ ...SNAPSHOT, ...snapshot }, { ...OUTPUT, ...output });

  test('an exit is one row of margins with the rule as its label', () => {
    const row = onlyRow(family, daemon());
    expect(row.labels).toEqual({ fired_rule: 'intraday_profit_take' });
    expect(row.features).toEqual({
      stop_margin: expect.closeTo(0.025, 12),
      profit_margin: expect.closeTo(0.00625, 12),
      profit_take_executed: 0,
      collapse_margin: expect.closeTo(1.8 / 174 - 0.04, 12),
    });
  });

  test('a stop that is not set cannot fire', () => {
    for (const current_stop of [null, 0]) {
      expect(onlyRow(family, daemon({ current_stop })).features.stop_margin).toBe(1);
    }
  });

  test('thresholds that are null are the defaults, inputs that are null are missing', () => {
    expect(onlyRow(family, daemon({ thresholds: null })).features).toMatchObject({
      profit_margin: expect.closeTo(-0.00375, 12),
      collapse_margin: expect.closeTo(1.8 / 174 - 0.05, 12),
    });
    const missing = { current_price: null, day_high: null, gain_pct: null, profit_take_executed: null };
    for (const value of Object.values(onlyRow(family, daemon(missing)).features)) expect(value).toBeNaN();
  });

  test('a rule that is not known is dropped, a missing one is no decision', () => {
    expect(onlyRow(family, daemon({}, { fired_rule: 'catastrophic_gap_stop' })).labels.fired_rule).toBe(
      'catastrophic_gap_stop',
    );
    expect(dropped(family, daemon({}, { fired_rule: 'operator_flatten' }))).toBe('unobservable_rule');
    expect(dropped(family, daemon({}, { fired_rule: null }))).toBe('no_decision');
  });

  test('the margins give the rule that the daemon’s own order fires', () => {
    const random = seeded(61);
    const seen = new Map<string, number>();
    for (let index = 0; index < 600; index++) {
      const current_price = Math.round((150 + random() * 30) * 100) / 100;
      const snapshot = {
        ...SNAPSHOT,
        current_price,
        gain_pct: (current_price - SNAPSHOT.entry_price) / SNAPSHOT.entry_price,
        current_stop: random() < 0.2 ? 0 : Math.round((148 + random() * 15) * 100) / 100,
        day_high: Math.round(current_price * (1 + random() * 0.08) * 100) / 100,
        profit_take_executed: random() < 0.5,
      };
      const fired_rule = fired(snapshot);
      if (fired_rule === undefined) continue;
      seen.set(fired_rule, (seen.get(fired_rule) ?? 0) + 1);
      expect(bySigns(onlyRow(family, daemon(snapshot, { fired_rule }))), JSON.stringify(snapshot)).toBe(
        fired_rule,
      );
    }
    expect([...seen.values()].every((count) => count > 20)).toBe(true);
    expect(seen.size).toBe(3);
  });

  /** The daemon’s chain, from its description. */
  function fired({ thresholds, ...seen }: typeof SNAPSHOT): string | undefined {
    if (seen.current_stop > 0 && seen.current_price <= seen.current_stop) return 'intraday_trailing_stop';
    if (!seen.profit_take_executed && seen.gain_pct >= thresholds.intraday_profit_take_pct)
      return 'intraday_profit_take';
    const fall = (seen.day_high - seen.current_price) / seen.day_high;
    return fall >= thresholds.intraday_collapse_pct ? 'intraday_collapse' : undefined;
  }

  function bySigns(row: OneRow): string | undefined {
    if (numberOf(row, 'stop_margin') <= 0) return 'intraday_trailing_stop';
    if (numberOf(row, 'profit_take_executed') === 0 && numberOf(row, 'profit_margin') >= 0)
      return 'intraday_profit_take';
    return numberOf(row, 'collapse_margin') >= 0 ? 'intraday_collapse' : undefined;
  }

  itSurvivesAnyContent(family.captured, daemon());
});
