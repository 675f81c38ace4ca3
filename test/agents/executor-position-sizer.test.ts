import { expect, test } from 'vitest';
import { executorPositionSizer as family } from '../../src/agents/executor-position-sizer.ts';
import type { Artifact } from '../../src/agents/family.ts';
import { itSurvivesAnyContent } from './captures.ts';
import { dropped, numberOf, onlyRow, pick, seeded } from './one-row.ts';

const SNAPSHOT = {
  _producer: 'alpha-engine.executor.position_sizer',
  _producer_version: '1.0.0',
  ticker: 'AAPL',
  signal: {
    score: 78.5,
    conviction: 'declining',
    rating: 'BUY',
    price_target_upside: 0.03,
    sector: 'technology',
  },
  sector_rating: 'overweight',
  current_price: 200,
  portfolio_nav: 1_000_000,
  n_enter_signals: 40,
  drawdown_multiplier: 0.5,
  atr_pct: 0.021,
  prediction_confidence: 0.64,
  p_up: 0.58,
  signal_age_days: 3,
  days_to_earnings: 4,
  feature_coverage: 0.97,
  stance: 'value',
};

const OUTPUT = {
  shares: 21,
  dollar_size: 4295.13,
  position_pct: 0.0043,
  sector_adj: 1.05,
  conviction_adj: 0.7,
  upside_adj: 0.7,
  dd_multiplier: 0.5,
  atr_adj: 0.9524,
  confidence_adj: 1.084,
  staleness_adj: 1,
  earnings_adj: 0.5,
  coverage_adj: 0.97,
  stance_adj: 0.7,
  sized_outcome: 'approved',
  sized_outcome_reason: null,
};

function artifact(snapshot: object = {}, output: object = {}): Artifact {
  return {
    agentId: 'executor:position_sizer',
    artifactRunId: '2026-05-12_AAPL_1a2b3c4d',
    day: '2026-05-12',
    snapshot: { ...SNAPSHOT, ...snapshot },
    output: { ...OUTPUT, ...output },
  };
}

test('a sizing is one row, with its outcome and what was adjusted', () => {
  const row = onlyRow(family, artifact());
  expect(row.labels).toEqual({
    sized_outcome: 'approved',
    earnings_adj: 'applied',
    conviction_adj: 'applied',
    upside_adj: 'applied',
    sector_adj: '1.05',
    stance_adj: '0.7',
  });
  expect(row.features).toEqual({
    days_to_earnings: 4,
    conviction_declining: 1,
    price_target_upside: 0.03,
    sector_rating: 'overweight',
    stance: 'value',
    base_dollars: 12_500,
    base_dollars_log: expect.closeTo(Math.log1p(12_500), 12),
    base_shares_log: expect.closeTo(Math.log1p(62.5), 12),
    current_price: 200,
    portfolio_nav: 1_000_000,
    n_enter_signals: 40,
    drawdown_multiplier: 0.5,
    atr_pct: 0.021,
    prediction_confidence: 0.64,
    p_up: 0.58,
    feature_coverage: 0.97,
    signal_age_days: 3,
  });
});

test('few entries share no more than the cap on one position allows', () => {
  expect(onlyRow(family, artifact({ n_enter_signals: 4 })).features.base_dollars).toBe(25_000);
  expect(onlyRow(family, artifact({ n_enter_signals: 0 })).features.base_dollars).toBe(25_000);
});

test('a drawdown that stops all buying makes a size of nothing, not a missing one', () => {
  expect(onlyRow(family, artifact({ drawdown_multiplier: 0 })).features).toMatchObject({
    base_dollars: 0,
    base_dollars_log: 0,
    base_shares_log: 0,
  });
});

test('nullable inputs that are null are missing', () => {
  const missing = {
    ...Object.fromEntries(Object.keys(SNAPSHOT).map((key) => [key, null])),
    signal: { conviction: null },
  };
  for (const value of Object.values(onlyRow(family, artifact(missing)).features)) expect(value).toBeNaN();
});

test('an adjustment of one or more is none, an absent one is no companion', () => {
  const labels = onlyRow(
    family,
    artifact(
      {},
      { earnings_adj: 1, conviction_adj: null, upside_adj: undefined, sector_adj: 1.0, stance_adj: null },
    ),
  ).labels;
  expect(labels).toMatchObject({
    earnings_adj: 'none',
    conviction_adj: null,
    upside_adj: null,
    sector_adj: '1',
    stance_adj: null,
  });
});

test('one value of an adjustment is one class, whatever its last digits', () => {
  expect(onlyRow(family, artifact({}, { sector_adj: 0.8500000000000001 })).labels.sector_adj).toBe('0.85');
});

test('without an outcome there is no decision', () => {
  for (const sized_outcome of [null, '', 'rejected', 0]) {
    expect(dropped(family, artifact({}, { sized_outcome }))).toBe('no_decision');
  }
});

const SECTOR_ADJ: Readonly<Record<string, number>> = {
  overweight: 1.05,
  market_weight: 1,
  underweight: 0.85,
};
const STANCE_ADJ: Readonly<Record<string, number>> = { momentum: 1, value: 0.7, quality: 0.8, catalyst: 0.6 };

test('every adjustment follows from one feature, as in the sizer’s own rules', () => {
  const random = seeded(47);
  for (let index = 0; index < 300; index++) {
    const sector_rating = pick(random, Object.keys(SECTOR_ADJ));
    const stance = pick(random, Object.keys(STANCE_ADJ));
    const days_to_earnings = Math.floor(random() * 12);
    const conviction = pick(random, ['rising', 'stable', 'declining']);
    const price_target_upside = pick(random, [-0.02, 0.049, 0.05, 0.2]);
    const row = onlyRow(
      family,
      artifact(
        {
          sector_rating,
          stance,
          days_to_earnings,
          signal: { ...SNAPSHOT.signal, conviction, price_target_upside },
        },
        {
          earnings_adj: days_to_earnings <= 5 ? 0.5 : 1,
          conviction_adj: conviction === 'declining' ? 0.7 : 1,
          upside_adj: price_target_upside < 0.05 ? 0.7 : 1,
          sector_adj: SECTOR_ADJ[sector_rating],
          stance_adj: STANCE_ADJ[stance],
        },
      ),
    );
    const flag = (holds: boolean) => (holds ? 'applied' : 'none');
    expect(row.labels).toMatchObject({
      earnings_adj: flag(numberOf(row, 'days_to_earnings') <= 5),
      conviction_adj: flag(numberOf(row, 'conviction_declining') === 1),
      upside_adj: flag(numberOf(row, 'price_target_upside') < 0.05),
      sector_adj: String(SECTOR_ADJ[row.features.sector_rating as string]),
      stance_adj: String(STANCE_ADJ[row.features.stance as string]),
    });
  }
});

test('with nothing else adjusted, the base size decides whether an entry gets shares', () => {
  const random = seeded(53);
  const seen = new Set<string>();
  for (let index = 0; index < 300; index++) {
    const snapshot = {
      portfolio_nav: pick(random, [5_000, 20_000, 100_000, 1_000_000]),
      n_enter_signals: pick(random, [1, 20, 50, 150]),
      drawdown_multiplier: pick(random, [1, 0.5, 0.25, 0]),
      current_price: pick(random, [40, 350, 900, 2_500]),
    };
    const weight = Math.min(0.05, 1 / snapshot.n_enter_signals);
    const dollars = snapshot.portfolio_nav * weight * snapshot.drawdown_multiplier;
    const shares = dollars < 500 ? 0 : Math.floor(dollars / snapshot.current_price);
    const sized_outcome = shares > 0 ? 'approved' : 'shares_zero';
    seen.add(sized_outcome);
    const row = onlyRow(family, artifact(snapshot, { sized_outcome }));
    const enough = numberOf(row, 'base_dollars') >= 500 && numberOf(row, 'base_shares_log') >= Math.log1p(1);
    expect(enough ? 'approved' : 'shares_zero').toBe(sized_outcome);
  }
  expect(seen.size).toBe(2);
});

itSurvivesAnyContent(family.captured, artifact());
