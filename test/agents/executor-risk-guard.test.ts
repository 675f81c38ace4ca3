import { expect, test } from 'vitest';
import { executorRiskGuard as family } from '../../src/agents/executor-risk-guard.ts';
import type { Artifact } from '../../src/agents/family.ts';
import { itSurvivesAnyContent } from './captures.ts';
import { dropped, numberOf, type OneRow, onlyRow, pick, seeded } from './one-row.ts';

const SNAPSHOT = {
  _producer: 'alpha-engine.executor.risk_guard',
  _producer_version: '1.0.0',
  ticker: 'AAPL',
  action: 'ENTER',
  dollar_size: 40_000,
  sector: 'technology',
  sector_rating: 'market_weight',
  portfolio_nav: 1_000_000,
  peak_nav: 1_050_000,
  drawdown_fraction: 0.047619,
  n_open_positions: 18,
  existing_sector_exposure: 180_000,
  signal: { score: 78.5, conviction: 'rising', rating: 'BUY', price_target_upside: 0.12 },
  market_regime: 'neutral',
  thresholds: {
    min_score_to_enter: 72,
    max_position_pct: 0.06,
    bear_max_position_pct: 0.03,
    max_sector_pct: 0.3,
    max_equity_pct: 1,
    bear_block_underweight: true,
    drawdown_halt_pct: null,
    correlation_block_threshold: null,
  },
};

const OUTPUT: object = { outcome: 'approved', reason: 'ENTER approved', vetoed_rule: null, events: [] };

function artifact(snapshot: object = {}, output: object = {}): Artifact {
  return {
    agentId: 'executor:risk_guard',
    artifactRunId: '2026-05-12_AAPL_1a2b3c4d',
    day: '2026-05-12',
    snapshot: { ...SNAPSHOT, ...snapshot },
    output: { ...OUTPUT, ...output },
  };
}

test('an approval is one row of margins over the captured thresholds', () => {
  const row = onlyRow(family, artifact());
  expect(row.labels).toEqual({ outcome: 'approved' });
  expect(row.features).toEqual({
    score_margin: 6.5,
    position_margin: expect.closeTo(0.04 - 0.06, 12),
    sector_margin: expect.closeTo(0.22 - 0.3, 12),
    bear_and_underweight: 0,
    drawdown_fraction: 0.047619,
    nav_nonpositive: 0,
  });
});

test('a bear market has its own limit on a position and its own block', () => {
  const bear = onlyRow(family, artifact({ market_regime: 'bear', sector_rating: 'underweight' }));
  expect(bear.features).toMatchObject({ position_margin: expect.closeTo(0.01, 12), bear_and_underweight: 1 });
  const unblocked = { ...SNAPSHOT.thresholds, bear_block_underweight: false };
  const off = onlyRow(
    family,
    artifact({ market_regime: 'bear', sector_rating: 'underweight', thresholds: unblocked }),
  );
  expect(off.features.bear_and_underweight).toBe(0);
});

test('thresholds that are null are the defaults', () => {
  const thresholds = Object.fromEntries(Object.keys(SNAPSHOT.thresholds).map((key) => [key, null]));
  expect(onlyRow(family, artifact({ thresholds })).features).toMatchObject({
    score_margin: 8.5,
    position_margin: expect.closeTo(0.04 - 0.05, 12),
    sector_margin: expect.closeTo(0.22 - 0.25, 12),
  });
  const bear = { thresholds, market_regime: 'bear', sector_rating: 'underweight' };
  expect(onlyRow(family, artifact(bear)).features).toMatchObject({
    position_margin: expect.closeTo(0.04 - 0.025, 12),
    bear_and_underweight: 1,
  });
});

test('inputs that were not captured are missing', () => {
  const missing = {
    signal: { score: null },
    dollar_size: null,
    portfolio_nav: null,
    drawdown_fraction: null,
    market_regime: null,
  };
  for (const value of Object.values(onlyRow(family, artifact(missing)).features)) expect(value).toBeNaN();
});

test('without a regime it is unknown which limit held', () => {
  expect(onlyRow(family, artifact({ market_regime: null })).features).toMatchObject({
    position_margin: Number.NaN,
    bear_and_underweight: Number.NaN,
    score_margin: 6.5,
  });
});

test('an approval that names a rule contradicts itself and is dropped', () => {
  expect(dropped(family, artifact({}, { vetoed_rule: 'max_sector' }))).toBe('unobservable_rule');
});

test('vetoes by a rule with unseen inputs are dropped, as is one that names no rule', () => {
  for (const vetoed_rule of ['max_equity', 'correlation', 'nav_nonpositive', null, 7, { toString: 1 }]) {
    expect(dropped(family, artifact({}, { outcome: 'vetoed', vetoed_rule }))).toBe('unobservable_rule');
  }
  for (const vetoed_rule of ['min_score', 'max_position', 'max_sector', 'bear_underweight']) {
    expect(onlyRow(family, artifact({}, { outcome: 'vetoed', vetoed_rule })).labels.outcome).toBe('vetoed');
  }
});

test('an outcome that is neither is no decision', () => {
  for (const outcome of [null, '', 'halted', true]) {
    expect(dropped(family, artifact({}, { outcome }))).toBe('no_decision');
  }
});

test('the signs of the margins give the outcome that the guard’s own rules give', () => {
  const random = seeded(43);
  const seen = new Set<string>();
  for (let index = 0; index < 500; index++) {
    const snapshot = {
      dollar_size: Math.round(random() * 70_000),
      portfolio_nav: pick(random, [900_000, 1_000_000]),
      existing_sector_exposure: Math.round(random() * 320_000),
      signal: { ...SNAPSHOT.signal, score: pick(random, [60, 71.9, 72, 75, 80, 90]) },
      sector_rating: pick(random, ['overweight', 'market_weight', 'underweight']),
      market_regime: pick(random, ['bull', 'neutral', 'bear']),
    };
    const vetoed_rule = veto({ ...SNAPSHOT, ...snapshot });
    seen.add(String(vetoed_rule));
    const outcome = vetoed_rule === null ? 'approved' : 'vetoed';
    expect(bySigns(onlyRow(family, artifact(snapshot, { outcome, vetoed_rule })))).toBe(outcome);
  }
  expect(seen).toEqual(new Set(['null', 'min_score', 'max_position', 'bear_underweight', 'max_sector']));
});

/** The guard’s chain, from its description. */
function veto({ thresholds, signal, ...book }: typeof SNAPSHOT): string | null {
  const bear = book.market_regime === 'bear';
  const limit = bear ? thresholds.bear_max_position_pct : thresholds.max_position_pct;
  const sector = (book.existing_sector_exposure + book.dollar_size) / book.portfolio_nav;
  if (signal.score < thresholds.min_score_to_enter) return 'min_score';
  if (book.dollar_size / book.portfolio_nav > limit) return 'max_position';
  if (bear && thresholds.bear_block_underweight && book.sector_rating === 'underweight')
    return 'bear_underweight';
  return sector > thresholds.max_sector_pct ? 'max_sector' : null;
}

function bySigns(row: OneRow): string {
  const broken =
    numberOf(row, 'score_margin') < 0 ||
    numberOf(row, 'position_margin') > 0 ||
    numberOf(row, 'bear_and_underweight') === 1 ||
    numberOf(row, 'sector_margin') > 0;
  return broken ? 'vetoed' : 'approved';
}

itSurvivesAnyContent(family.captured, artifact());
itSurvivesAnyContent(
  family.captured,
  artifact({ market_regime: 'bear' }, { outcome: 'vetoed', vetoed_rule: 'min_score' }),
);
