import { describe, expect, it } from 'vitest';
import { FIXTURES } from '../../scripts/corpus/generate.ts';
import { WORDINGS } from '../../scripts/corpus/thinktank-theme.ts';
import { artifacts, type Captured, countBy, decided, type Fields, of } from './corpus.ts';

const ALL = decided(artifacts(FIXTURES));

interface Candidate {
  readonly ticker: string;
  readonly quant_score: number | null;
  readonly qual_score: number | null;
  readonly catalysts: readonly string[];
  readonly conviction: number | null;
}

function band(conviction: number): string {
  return conviction >= 70 ? 'high' : conviction >= 40 ? 'middle' : 'low';
}

/** Share of pairs whose sides are equal. */
function share(pairs: readonly (readonly [unknown, unknown])[]): number {
  return pairs.filter(([a, b]) => a === b).length / pairs.length;
}

function numberOf(fields: unknown, name: string): number | undefined {
  const value = (fields as Fields | null)?.[name];
  return typeof value === 'number' ? value : undefined;
}

describe('decisions follow the planted rule of their family', () => {
  it('sector_quant: strong and rising names are picked, whichever path measured them', () => {
    let fallback = 0;
    for (const one of of(ALL, 'sector_quant')) {
      if (one.output.error !== null) continue;
      const technical = one.snapshot.technical_scores_team as Record<string, Fields>;
      const expected = Object.entries(technical)
        .filter(([, tech]) => {
          const percent = !('atr_14_pct' in tech);
          fallback += Number(percent && 'momentum_20d' in tech);
          const momentum = Number(tech.momentum_20d) / (percent ? 100 : 1);
          return Number(tech.technical_score) >= 68 && momentum >= 0.02;
        })
        .map(([ticker]) => ticker);
      const picks = (one.output.ranked_picks as Candidate[]).map((pick) => pick.ticker);
      expect(picks.slice(0, 5).sort()).toEqual(expected.sort());
    }
    expect(fallback).toBeGreaterThan(50);
  });

  it('sector_quant: some artifacts mix both paths', () => {
    const mixed = of(ALL, 'sector_quant').filter((one) => {
      const kinds = Object.values(one.snapshot.technical_scores_team as Record<string, Fields>)
        .filter((tech) => 'momentum_20d' in tech)
        .map((tech) => 'atr_14_pct' in tech);
      return new Set(kinds).size === 2;
    });
    expect(mixed.length).toBeGreaterThan(5);
  });

  it('sector_qual: the band follows quant score and holding, up to the noise', () => {
    const pairs = of(ALL, 'sector_qual').flatMap((one) => {
      const scores = new Map(
        (one.snapshot.quant_top5 as Candidate[]).map((pick) => [pick.ticker, pick.quant_score ?? 0]),
      );
      const held = one.snapshot.held_in_top5 as string[];
      return (one.output.assessments as Candidate[]).map((made) => {
        const score = scores.get(made.ticker) ?? 0;
        const rule = score >= 80 ? 'high' : score >= 66 || held.includes(made.ticker) ? 'middle' : 'low';
        return [band(made.conviction ?? 0), rule] as const;
      });
    });
    expect(pairs.length).toBeGreaterThan(150);
    expect(share(pairs)).toBeGreaterThan(0.78);
    expect(share(pairs)).toBeLessThan(0.92);
  });

  it('sector_peer_review: the three highest combined scores of a slate are recommended', () => {
    const full = of(ALL, 'sector_peer_review').filter((one) => {
      const accepted = one.output.additional_accepted === true ? 1 : 0;
      const gated = String(one.output.peer_review_rationale).startsWith('Regime gate');
      return (one.snapshot.quant_top5 as Candidate[]).length + accepted > 3 && !gated;
    });
    expect(full.length).toBeGreaterThan(30);
    for (const one of full) {
      const quals = new Map(
        (one.snapshot.qual_assessments as Candidate[]).map((made) => [made.ticker, made.qual_score ?? 0]),
      );
      const slate = (one.snapshot.quant_top5 as Candidate[]).map(
        (pick) => [pick.ticker, ((pick.quant_score ?? 0) + (quals.get(pick.ticker) ?? 0)) / 2] as const,
      );
      const best = [...slate].sort((a, b) => b[1] - a[1]).slice(0, 3);
      const chosen = (one.output.recommendations as Candidate[]).map((made) => made.ticker);
      expect(chosen.sort()).toEqual(best.map(([ticker]) => ticker).sort());
    }
  });

  it('ic_cio: combined score and catalysts decide, before cap and floor', () => {
    const regular = of(ALL, 'ic_cio').filter((one) => !isFallback(one));
    for (const one of regular) {
      const candidates = new Map((one.snapshot.candidates as Candidate[]).map((made) => [made.ticker, made]));
      for (const { ticker, decision } of one.output.ic_decisions as { ticker: string; decision: string }[]) {
        const { quant_score, qual_score, catalysts } = candidates.get(ticker) as Candidate;
        const combined = quant_score === null ? 0 : qual_score ? (quant_score + qual_score) / 2 : quant_score;
        expect(decision === 'ADVANCE').toBe(combined >= 72 && catalysts.length >= 2);
      }
    }
    expect(regular.length).toBe(8);
  });

  it('thesis_update: prior score, then a rating change', () => {
    const rows = of(ALL, 'thesis_update').filter((one) => typeof one.output.conviction === 'number');
    for (const one of rows) {
      const prior = numberOf(one.snapshot.prior_thesis, 'final_score') ?? 0;
      const downgraded = (one.snapshot.triggers as string[]).includes('analyst_rating_change');
      expect(band(Number(one.output.conviction))).toBe(prior >= 70 ? 'high' : downgraded ? 'low' : 'middle');
    }
    expect(rows.length).toBeGreaterThanOrEqual(30);
    expect(of(ALL, 'thesis_update').length).toBeGreaterThan(rows.length);
  });

  it('macro_economist: volatility, then the last month', () => {
    for (const one of of(ALL, 'macro_economist')) {
      const [vix = 0, month = 0] = ['vix', 'sp500_30d_return'].map((name) =>
        numberOf(one.snapshot.macro_data, name),
      );
      const regime = String(one.output.market_regime).replace('caution', 'neutral');
      expect(regime).toBe(vix >= 28 ? 'bear' : month >= 2 ? 'bull' : 'neutral');
    }
  });

  it('thinktank_thesis: sour news, then rising targets', () => {
    for (const one of of(ALL, 'thinktank_thesis')) {
      const sentiment = numberOf(one.snapshot.news_aggregate, 'lm_sentiment_mean') ?? 0;
      const change = numberOf(one.snapshot.analyst_revisions, 'mean_target_pct_change_30d') ?? 0;
      const rule = sentiment < -0.05 ? 'avoid' : change >= 3 ? 'attractive' : 'neutral';
      expect((one.output.thesis as Fields).stance).toBe(rule);
    }
  });

  it('thinktank_theme: the regime, then the prior stance', () => {
    const side = (theme: unknown) =>
      Object.entries(WORDINGS).find(([, words]) =>
        (words as readonly unknown[]).includes((theme as Fields | null)?.stance),
      )?.[0];
    for (const one of of(ALL, 'thinktank_theme')) {
      const { market_regime, prior_theme } = one.snapshot;
      const fallen = side(prior_theme) === 'negative' ? 'negative' : 'neutral';
      const rule = market_regime === 'bull' ? 'positive' : market_regime === 'bear' ? 'negative' : fallen;
      expect(side(one.output.theme)).toBe(rule);
    }
  });

  it('executor:entry_triggers: the first margin that holds', () => {
    for (const { snapshot, output } of of(ALL, 'executor:entry_triggers')) {
      const [last = 0, high = 0, low = 0] = ['current_price', 'day_high', 'day_low'].map((name) =>
        numberOf(snapshot, name),
      );
      const [vwap, support] = [numberOf(snapshot, 'vwap'), numberOf(snapshot, 'support_level')];
      const clock = String(snapshot.now_et).slice(11, 16);
      const disabled = snapshot.disabled_triggers as string[];
      const rule =
        (high - last) / high >= 0.02 && !disabled.includes('pullback')
          ? 'pullback'
          : vwap !== undefined && (vwap - last) / vwap >= 0.005
            ? 'vwap_discount'
            : support !== undefined && low >= support && last >= support && (last - support) / support <= 0.01
              ? 'support_bounce'
              : clock >= '15:55'
                ? 'time_expiry'
                : 'graduated_entry';
      expect(output.trigger_kind).toBe(rule);
    }
  });

  it('executor:position_sizer: the outcome follows the dollars, the dollars the weight', () => {
    for (const { snapshot, output } of of(ALL, 'executor:position_sizer')) {
      const dollars = Number(output.dollar_size);
      const shares = dollars < 500 ? 0 : Math.floor(dollars / Number(snapshot.current_price));
      expect(output.shares).toBe(shares);
      expect(output.sized_outcome).toBe(shares > 0 ? 'approved' : 'shares_zero');
      expect(Number(output.position_pct)).toBeLessThanOrEqual(0.05);
    }
  });

  it('executor:risk_guard: the named rule is the first that fails', () => {
    for (const { snapshot, output } of of(ALL, 'executor:risk_guard')) {
      const [nav = 1, dollars = 0, exposure = 0] = [
        'portfolio_nav',
        'dollar_size',
        'existing_sector_exposure',
      ].map((name) => numberOf(snapshot, name));
      const bear = snapshot.market_regime === 'bear';
      const first =
        (numberOf(snapshot.signal, 'score') ?? 0) < 70
          ? 'min_score'
          : dollars / nav > (bear ? 0.025 : 0.05)
            ? 'max_position'
            : bear && snapshot.sector_rating === 'underweight'
              ? 'bear_underweight'
              : (exposure + dollars) / nav > 0.25
                ? 'max_sector'
                : null;
      const observable = [null, 'min_score', 'max_position', 'bear_underweight', 'max_sector'];
      if (first !== null) expect(output.vetoed_rule).toBe(first);
      else if (output.outcome === 'vetoed' && output.vetoed_rule !== null) {
        expect(observable).not.toContain(output.vetoed_rule);
      }
    }
  });

  it('executor:exit_rules: the daemon and the planner each keep their order', () => {
    const layers = countBy(of(ALL, 'executor:exit_rules'), (one) => String(one.snapshot.evaluation_layer));
    expect(Math.min(...Object.values(layers))).toBeGreaterThanOrEqual(30);
    for (const { snapshot, output } of of(ALL, 'executor:exit_rules')) {
      const gain = Number(snapshot.gain_pct);
      if (snapshot.evaluation_layer === 'daemon_intraday') {
        const [last = 0, high = 0] = ['current_price', 'day_high'].map((name) => numberOf(snapshot, name));
        const stop = numberOf(snapshot, 'current_stop');
        const rule =
          stop !== undefined && last <= stop
            ? 'intraday_trailing_stop'
            : gain >= 0.08 && !snapshot.profit_take_executed
              ? 'intraday_profit_take'
              : (high - last) / high >= 0.05
                ? 'intraday_collapse'
                : 'catastrophic_gap_stop';
        expect(output.fired_rule).toBe(rule);
      } else {
        if (gain <= -0.1) expect(output.fired_rule_key).toBe('fallback_stop');
        if (gain >= 0.25) expect(output.fired_rule_key).toBe('profit_take');
        const { atr_multiple, time_decay_days, catalyst_follow_through_days } = snapshot.thresholds as Fields;
        expect([atr_multiple, time_decay_days, catalyst_follow_through_days]).toEqual([null, null, null]);
      }
    }
  });
});

function isFallback(one: Captured): boolean {
  return (one.output.ic_decisions as { rationale: string }[]).every(({ rationale }) =>
    rationale.startsWith('Fallback'),
  );
}
