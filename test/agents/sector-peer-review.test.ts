import { describe, expect, it } from 'vitest';
import { sectorPeerReview } from '../../src/agents/sector-peer-review.ts';
import { artifact, dropOf, itSurvivesAnyContent, named, rowsOf } from './captures.ts';

const NAN = Number.NaN;

const SNAPSHOT = {
  team_id: 'consumer',
  market_regime: 'neutral',
  quant_top5: [
    { ticker: 'A', quant_score: 90 },
    { ticker: 'B', quant_score: 80 },
    { ticker: 'C', quant_score: 70 },
    { ticker: 'D', quant_score: null },
  ],
  qual_assessments: [
    { ticker: 'A', qual_score: 50, conviction: 45, bear_case: 'margins', catalysts: ['x', 'y'] },
    { ticker: 'B', qual_score: 90, conviction: 75, bear_case: '', catalysts: [] },
    { ticker: 'C', qual_score: 0, conviction: null },
  ],
  qual_additional_candidate: {
    ticker: 'E',
    qual_score: 77,
    conviction: 80,
    bear_case: 'new',
    catalysts: ['z'],
  },
  technical_scores_review_set: { A: { technical_score: 66 }, E: { technical_score: 44 } },
};

const OUTPUT = {
  team_id: 'consumer',
  recommendations: [{ ticker: 'B' }, { ticker: 'E', is_qual_addition: true }, { ticker: 'A' }],
  additional_accepted: true,
  peer_review_rationale: 'Balanced.',
};

const capture = (output: object = OUTPUT, snapshot: object = SNAPSHOT) =>
  sectorPeerReview.captured.extract(artifact('sector_peer_review:consumer', snapshot, output));

describe('a peer review', () => {
  it('is one row a candidate of the slate, the accepted addition behind the picks', () => {
    const { rows, skipped } = rowsOf(capture());
    expect(rows.map(({ labels }) => labels[0])).toEqual([
      'recommended',
      'recommended',
      'not_recommended',
      'not_recommended',
      'recommended',
    ]);
    expect(skipped).toBeUndefined();
  });

  it('has the scores of both analysts and their ranks in the slate', () => {
    const { subject, rows } = rowsOf(capture());
    expect(named(subject, rows[0])).toEqual({
      quant_score: 90,
      quant_score_rank: 1,
      qual_score: 50,
      qual_score_rank: 3,
      conviction: 45,
      conviction_rank: 3,
      combined: 70,
      combined_rank: 2.5,
      n_catalysts: 2,
      bear_case_length: 7,
      is_addition: 0,
      technical_score: 66,
      n_candidates: 5,
      regime: 'neutral',
    });
    expect(named(subject, rows[4])).toMatchObject({
      quant_score: NAN,
      qual_score: 77,
      combined: NAN,
      combined_rank: NAN,
      conviction_rank: 1,
      is_addition: 1,
      technical_score: 44,
    });
  });

  it('keeps missing what an analyst did not say', () => {
    const { subject, rows } = rowsOf(capture());
    expect(named(subject, rows[2])).toMatchObject({
      qual_score: 0,
      combined: 70,
      conviction: NAN,
      n_catalysts: NAN,
    });
    expect(named(subject, rows[3])).toMatchObject({
      quant_score: NAN,
      quant_score_rank: NAN,
      qual_score: NAN,
      bear_case_length: NAN,
      technical_score: NAN,
    });
    expect(named(subject, rows[1])).toMatchObject({ bear_case_length: 0, n_catalysts: 0 });
  });

  it('leaves out an addition that was refused or is among the picks already', () => {
    expect(rowsOf(capture({ ...OUTPUT, additional_accepted: false })).rows).toHaveLength(4);
    expect(rowsOf(capture({ ...OUTPUT, additional_accepted: [] })).rows).toHaveLength(4);
    const known = { ...SNAPSHOT, qual_additional_candidate: { ticker: 'A', qual_score: 1 } };
    const { subject, rows } = rowsOf(capture(OUTPUT, known));
    expect(rows).toHaveLength(4);
    expect(named(subject, rows[0])).toMatchObject({ is_addition: 0, qual_score: 50 });
  });

  it('is dropped for a slate too short to choose from', () => {
    const three = { ...SNAPSHOT, quant_top5: SNAPSHOT.quant_top5.slice(0, 3) };
    const refused = { ...OUTPUT, additional_accepted: false };
    expect(dropOf(capture({ ...refused, peer_review_rationale: 'All candidates advanced' }, three))).toBe(
      'no_selection_call',
    );
    expect(rowsOf(capture(OUTPUT, three)).rows).toHaveLength(4);
  });

  it.each([
    ['All candidates advanced (fewer than max picks).', 'all_advanced'],
    ['Regime gate filtered 2 picks below threshold.', 'regime_gate'],
    ['Fallback: selected by combined score', 'fallback'],
  ])('is dropped for the rationale %j', (peer_review_rationale, reason) => {
    expect(dropOf(capture({ ...OUTPUT, peer_review_rationale }))).toBe(reason);
  });

  it('is dropped without candidates or recommendations, and not for recommending none', () => {
    expect(dropOf(capture(OUTPUT, {}))).toBe('no_candidates');
    expect(dropOf(capture({}))).toBe('no_decision');
    const { rows } = rowsOf(capture({ ...OUTPUT, recommendations: [] }));
    expect(new Set(rows.map(({ labels }) => labels[0]))).toEqual(new Set(['not_recommended']));
  });

  it('knows tickers that are names of built-in properties', () => {
    const quant_top5 = ['__proto__', 'constructor', 'toString', 'valueOf'].map((ticker) => ({ ticker }));
    const output = { recommendations: [{ ticker: '__proto__' }] };
    const { rows } = rowsOf(capture(output, { ...SNAPSHOT, quant_top5 }));
    expect(rows.map(({ labels }) => labels[0] === 'recommended')).toEqual([true, false, false, false]);
  });

  itSurvivesAnyContent(sectorPeerReview.captured, artifact('sector_peer_review:consumer', SNAPSHOT, OUTPUT));
});
