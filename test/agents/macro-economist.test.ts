import { describe, expect, it } from 'vitest';
import { macroEconomist } from '../../src/agents/macro-economist.ts';
import { artifact, dropOf, itSurvivesAnyContent, named, rowsOf } from './captures.ts';

const SNAPSHOT = {
  run_date: '2026-05-15',
  macro_data: {
    fed_funds_rate: 4.25,
    unemployment: 4.1,
    cpi_yoy: 2.9,
    vix: 17.5,
    yield_curve_slope: 42,
    hy_credit_spread_oas: 3.1,
    sp500_30d_return: -1.25,
    breadth: { pct_above_50d_ma: 55, pct_above_200d_ma: 61, advance_decline_ratio: 1.2, n_stocks: 900 },
    pct_above_50d_ma: 55,
    pct_above_200d_ma: 61,
    advance_decline_ratio: 1.2,
  },
  prior_macro_report: 'calm',
  regime_substrate: {
    hmm: { probs: { bear: 0.1, neutral: 0.6, bull: 0.3 }, argmax: 'neutral' },
    composite: { intensity_z: -0.4 },
    guardrails: { vix_bear_breached: false, active_severity_floor: 'caution' },
    features: { spy_20d_return: 0.01, vix_level: 17.5 },
  },
};

const OUTPUT = { macro_report: 'mixed', sector_modifiers: { Energy: 1.1 }, market_regime: 'bull' };

const capture = (output: object = OUTPUT, snapshot: object = SNAPSHOT) =>
  macroEconomist.captured.extract(artifact('macro_economist', snapshot, output));

describe('a macro run, as captured', () => {
  it('is one row, with the indicators and the quantitative verdict beside them', () => {
    const { subject, rows } = rowsOf(capture());
    expect(rows).toHaveLength(1);
    expect(rows[0]?.labels).toEqual(['bull']);
    expect(named(subject, rows[0])).toEqual({
      vix: 17.5,
      sp500_30d_return: -1.25,
      yield_curve_slope: 42,
      hy_credit_spread_oas: 3.1,
      unemployment: 4.1,
      cpi_yoy: 2.9,
      pct_above_50d_ma: 55,
      pct_above_200d_ma: 61,
      advance_decline_ratio: 1.2,
      intensity_z: -0.4,
      hmm_bear_prob: 0.1,
      hmm_bull_prob: 0.3,
      active_severity_floor: 1,
    });
  });

  it('keeps missing what was not captured', () => {
    const { subject, rows } = rowsOf(capture(OUTPUT, { macro_data: { vix: 0 }, regime_substrate: null }));
    const { vix, ...others } = named(subject, rows[0]);
    expect(vix).toBe(0);
    expect(Object.values(others).every(Number.isNaN)).toBe(true);
  });

  it('finds the breadth in either place', () => {
    const { subject, rows } = rowsOf(
      capture(OUTPUT, { macro_data: { pct_above_50d_ma: null, breadth: { pct_above_50d_ma: 48 } } }),
    );
    expect(named(subject, rows[0]).pct_above_50d_ma).toBe(48);
  });

  it.each([
    [null, 0],
    ['caution', 1],
    ['bear', 2],
    ['storm', Number.NaN],
    [undefined, Number.NaN],
  ])('codes the severity floor %j as %d', (floor, code) => {
    const snapshot = { regime_substrate: { guardrails: { active_severity_floor: floor } } };
    const { subject, rows } = rowsOf(capture(OUTPUT, snapshot));
    expect(named(subject, rows[0]).active_severity_floor).toBe(code);
  });

  it('reads caution as neutral', () => {
    expect(rowsOf(capture({ market_regime: 'caution' })).rows[0]?.labels).toEqual(['neutral']);
  });

  it.each([undefined, null, 'Bull', '', 3, ['bull']])('is dropped for the regime %j', (market_regime) => {
    expect(dropOf(capture({ market_regime }))).toBe('no_decision');
  });

  itSurvivesAnyContent(macroEconomist.captured, artifact('macro_economist', SNAPSHOT, OUTPUT));
});

describe('a macro run, as the original read it', () => {
  const original = macroEconomist.original ?? macroEconomist.captured;
  const read = (snapshot: object, output: object) => {
    const { rows } = rowsOf(original.extract(artifact('macro_economist', snapshot, output)));
    return rows.map(({ features, labels }) => [...features, ...labels]);
  };

  it('names its features in alphabetical order', () => {
    expect(original.subjects[0]?.features.map(({ name }) => name)).toEqual([
      'market_breadth',
      'spy_20d_return',
      'spy_20d_vol',
      'vix_level',
      'vix_term_slope',
      'yield_curve_slope',
    ]);
  });

  it('finds nothing in a real capture', () => {
    expect(read(SNAPSHOT, OUTPUT)).toEqual([[0, 0, 0, 0, 0, 0, 'bull']]);
  });

  it('reads either container, the first that is not empty', () => {
    const indicators = { market_breadth: '0.5', vix_level: 20, spy_20d_return: null, vix_term_slope: 'NaN' };
    const row = [0.5, 0, 0, 20, 0, 0, 'bear'];
    expect(read({ macro_indicators: indicators }, { market_regime: 'bear' })).toEqual([row]);
    expect(read({ macro_indicators: {}, indicators }, { market_regime: 'bear' })).toEqual([row]);
    expect(read({ macro_indicators: [1], indicators }, { market_regime: 'bear' })).toEqual([
      [0, 0, 0, 0, 0, 0, 'bear'],
    ]);
  });

  it('keeps caution, and yields no rows and no drop for anything unknown', () => {
    expect(read({}, { market_regime: 'caution' })).toEqual([[0, 0, 0, 0, 0, 0, 'caution']]);
    expect(read({}, { market_regime: 'storm' })).toEqual([]);
    expect(read({}, {})).toEqual([]);
  });

  itSurvivesAnyContent(original, artifact('macro_economist', { macro_indicators: { vix_level: 1 } }, OUTPUT));
});
