import { describe, expect, it } from 'vitest';
import { thesisUpdate } from '../../src/agents/thesis-update.ts';
import { artifact, dropOf, itSurvivesAnyContent, named, rowsOf } from './captures.ts';

const NAN = Number.NaN;

const SNAPSHOT = {
  team_id: 'technology',
  ticker: 'NVDA',
  triggers: ['recent_earnings', 'news_volume_spike', 'something_new'],
  prior_thesis: { ticker: 'NVDA', final_score: 72, quant_score: 80, qual_score: 64, conviction: 'stable' },
  news_data: { articles: [], article_count: 12 },
  analyst_data: {
    rating_changes: [{}, {}],
    earnings_surprises: [
      { date: '2026-01-30', surprise_pct: 3.5 },
      { date: '2026-04-29', surprise_pct: -1.25 },
      { date: '2026-07-30', surprise_pct: null },
      { date: '2025-10-30', surprise_pct: 9 },
    ],
  },
};

const OUTPUT = { ticker: 'NVDA', conviction: 75, final_score: 72, bull_case: 'demand', stale_days: 0 };

const capture = (output: object = OUTPUT, snapshot: object = SNAPSHOT) =>
  thesisUpdate.captured.extract(artifact('thesis_update:technology:NVDA', snapshot, output));

describe('a thesis update', () => {
  it('is one row, with the triggers and the prior thesis', () => {
    const { subject, rows } = rowsOf(capture());
    expect(rows.map(({ labels }) => labels)).toEqual([['high', 'up']]);
    expect(named(subject, rows[0])).toEqual({
      trigger_news_volume_spike: 1,
      trigger_price_move_gt_2atr: 0,
      trigger_analyst_rating_change: 0,
      trigger_analyst_target_revision: 0,
      trigger_recent_earnings: 1,
      trigger_insider_cluster: 0,
      trigger_insider_selling: 0,
      trigger_sector_regime_change: 0,
      n_triggers: 3,
      article_count: 12,
      prior_final_score: 72,
      prior_quant_score: 80,
      prior_qual_score: 64,
      prior_conviction: 0,
      latest_surprise_pct: -1.25,
      n_rating_changes: 2,
    });
  });

  it('keeps missing what was not captured', () => {
    const { subject, rows } = rowsOf(
      capture(OUTPUT, { prior_thesis: null, news_data: null, analyst_data: null }),
    );
    expect(Object.values(named(subject, rows[0])).every(Number.isNaN)).toBe(true);
    expect(rows[0]?.labels).toEqual(['high', null]);
  });

  it('counts an empty list as none, not as missing', () => {
    const snapshot = { triggers: [], analyst_data: { rating_changes: [], earnings_surprises: [] } };
    const { subject, rows } = rowsOf(capture(OUTPUT, snapshot));
    expect(named(subject, rows[0])).toMatchObject({
      trigger_recent_earnings: 0,
      n_triggers: 0,
      n_rating_changes: 0,
      latest_surprise_pct: NAN,
    });
  });

  it.each([
    [70, 'rising', 'high', 'same'],
    [69, 'rising', 'medium', 'down'],
    [40, 'declining', 'medium', 'up'],
    [39, 'stable', 'low', 'down'],
    [0, 'declining', 'low', 'same'],
    [50, 'sure', 'medium', null],
  ])('conviction %d after %j is %s and %s', (conviction, prior, band, change) => {
    const { rows } = rowsOf(capture({ conviction }, { prior_thesis: { conviction: prior } }));
    expect(rows[0]?.labels).toEqual([band, change]);
  });

  it.each([undefined, null, 'rising', '75', 72.5, true, [75]])(
    'is dropped when the model gave no conviction but %j',
    (conviction) => {
      expect(dropOf(capture({ ...OUTPUT, conviction }))).toBe('no_llm_conviction');
    },
  );

  itSurvivesAnyContent(thesisUpdate.captured, artifact('thesis_update:technology:NVDA', SNAPSHOT, OUTPUT));
});
