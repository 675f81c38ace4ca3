import { describe, expect, it } from 'vitest';
import { icCio } from '../../src/agents/ic-cio.ts';
import { artifact, dropOf, itSurvivesAnyContent, named, rowsOf } from './captures.ts';

const CANDIDATES = [
  {
    ticker: 'NVDA',
    team_id: 'technology',
    quant_score: 90,
    qual_score: 80,
    conviction: 85,
    catalysts: ['earnings', 'launch'],
    bull_case: 'demand',
  },
  { ticker: 'JPM', team_id: 'financials', quant_score: 70, qual_score: 0, conviction: null, catalysts: [] },
  { ticker: 'XOM', team_id: 'industrials', quant_score: null, qual_score: 60, is_qual_addition: true },
  { ticker: 'PG', team_id: 'defensives', quant_score: 70, qual_score: 70, conviction: 40, catalysts: ['x'] },
];

const SNAPSHOT = {
  run_date: '2026-05-01',
  candidates: CANDIDATES,
  candidates_count: 4,
  macro_context: { market_regime: 'caution', macro_report: 'mixed' },
  remaining_population: [{ ticker: 'JPM', sector: 'Financials' }],
  remaining_population_count: 1,
  open_slots: 3,
  exits: [],
  prior_ic_decisions: [
    { ticker: 'NVDA', thesis_type: 'ADVANCE', conviction: 80 },
    { ticker: 'PG', thesis_type: 'NO_ADVANCE_DEADLOCK' },
  ],
};

const DECISIONS = [
  { ticker: 'NVDA', decision: ' advance ', rank: 1, rationale: 'strong' },
  { ticker: 'JPM', decision: 'REJECT', rationale: 'weak' },
  { ticker: 'XOM', decision: 'ADVANCE_FORCED', rationale: 'floor' },
  { ticker: 'PG', decision: 'NO_ADVANCE_DEADLOCK', rationale: 'split' },
];

const OUTPUT = { ic_decisions: DECISIONS, advanced_tickers: ['NVDA', 'XOM'], entry_theses: {} };

const capture = (output: object = OUTPUT, snapshot: object = SNAPSHOT) =>
  icCio.captured.extract(artifact('ic_cio', snapshot, output));

describe('a committee run, as captured', () => {
  it('is one row a candidate, and only the advances of the model count as such', () => {
    const { rows, skipped } = rowsOf(capture());
    expect(rows.map(({ labels }) => labels)).toEqual([
      ['ADVANCE', 'yes'],
      ['REJECT', 'no'],
      ['REJECT', 'yes'],
      ['REJECT', 'no'],
    ]);
    expect(skipped).toBeUndefined();
  });

  it('has the scores of a candidate, their ranks in the slate and what the committee knew', () => {
    const { subject, rows } = rowsOf(capture());
    expect(named(subject, rows[0])).toEqual({
      quant_score: 90,
      quant_score_rank: 1,
      qual_score: 80,
      qual_score_rank: 1,
      conviction: 85,
      conviction_rank: 1,
      combined: 85,
      combined_rank: 1,
      min_quant_qual: 80,
      n_catalysts: 2,
      is_qual_addition: 0,
      team: 'technology',
      is_held: 0,
      prior_advance: 1,
      n_candidates: 4,
      open_slots: 3,
      regime: 'neutral',
    });
    expect(named(subject, rows[1])).toMatchObject({
      quant_score_rank: 2.5,
      combined: 70,
      combined_rank: 2.5,
      min_quant_qual: 0,
      is_held: 1,
      prior_advance: 0,
    });
    expect(named(subject, rows[3])).toMatchObject({ prior_advance: 0 });
  });

  it('keeps a missing score missing, apart from a score of zero', () => {
    const { subject, rows } = rowsOf(capture());
    expect(named(subject, rows[1])).toMatchObject({ qual_score: 0, conviction: Number.NaN });
    expect(named(subject, rows[2])).toMatchObject({
      quant_score: Number.NaN,
      quant_score_rank: Number.NaN,
      combined: Number.NaN,
      min_quant_qual: Number.NaN,
      n_catalysts: Number.NaN,
      is_qual_addition: 1,
    });
    const bare = rowsOf(capture(OUTPUT, { candidates: CANDIDATES }));
    expect(named(bare.subject, bare.rows[0])).toMatchObject({
      is_held: Number.NaN,
      prior_advance: Number.NaN,
      open_slots: Number.NaN,
      regime: Number.NaN,
    });
  });

  it('counts candidates without a decision and decisions without a candidate', () => {
    const decisions = [
      { ticker: 'NVDA', decision: 'ADVANCE' },
      { ticker: 'TSLA', decision: 'ADVANCE' },
      { ticker: 'JPM', decision: 'PERHAPS' },
    ];
    const { rows, skipped } = rowsOf(capture({ ic_decisions: decisions }));
    expect(rows.map(({ labels }) => labels)).toEqual([['ADVANCE', null]]);
    expect(skipped).toEqual({ no_decision: 3, unknown_ticker: 1 });
  });

  it.each([
    [['ADVANCE', 'REJECT'], 'REJECT'],
    [['REJECT', 'ADVANCE'], 'REJECT'],
    [['ADVANCE', 'NO_ADVANCE_DEADLOCK', 'ADVANCE'], 'REJECT'],
    [['ADVANCE', 'ADVANCE'], 'ADVANCE'],
  ])('of the duplicates %j the most conservative holds', (verdicts, label) => {
    const decisions = verdicts.map((decision) => ({ ticker: 'NVDA', decision }));
    const { rows } = rowsOf(capture({ ic_decisions: decisions }));
    expect(rows.map(({ labels }) => labels[0])).toEqual([label]);
  });

  it.each(['Fallback (LLM unusable)', 'Fallback: top by score', 'cap=0: no candidates'])(
    'is dropped when every rationale starts like %j',
    (rationale) => {
      const decisions = DECISIONS.map((decision) => ({ ...decision, rationale }));
      expect(dropOf(capture({ ...OUTPUT, ic_decisions: decisions }))).toBe('fallback');
      const oneOwn = [...decisions.slice(1), { ...DECISIONS[0] }];
      expect(rowsOf(capture({ ...OUTPUT, ic_decisions: oneOwn })).rows).toHaveLength(4);
    },
  );

  it('is dropped without candidates or without a decision on any', () => {
    expect(dropOf(capture(OUTPUT, { ...SNAPSHOT, candidates: [] }))).toBe('no_candidates');
    expect(dropOf(capture({ ...OUTPUT, ic_decisions: [] }))).toBe('no_decision');
    expect(dropOf(capture({}))).toBe('no_decision');
    expect(dropOf(capture({ ic_decisions: [{ ticker: 'TSLA', decision: 'ADVANCE' }] }))).toBe('no_decision');
  });

  it('knows tickers that are names of built-in properties', () => {
    const tickers = ['__proto__', 'constructor', 'toString'];
    const snapshot = { ...SNAPSHOT, candidates: tickers.map((ticker) => ({ ticker, quant_score: 1 })) };
    const output = { ic_decisions: [{ ticker: '__proto__', decision: 'ADVANCE' }] };
    const { rows, skipped } = rowsOf(capture(output, snapshot));
    expect(rows.map(({ labels }) => labels[0])).toEqual(['ADVANCE']);
    expect(skipped).toEqual({ no_decision: 2 });
  });

  itSurvivesAnyContent(icCio.captured, artifact('ic_cio', SNAPSHOT, OUTPUT));
});

describe('a committee run, as the original read it', () => {
  const original = icCio.original ?? icCio.captured;
  const read = (snapshot: object, output: object) => {
    const { rows } = rowsOf(original.extract(artifact('ic_cio', snapshot, output)));
    return rows.map(({ features, labels }) => [...features, ...labels]);
  };

  it('names its features in alphabetical order', () => {
    expect(original.subjects[0]?.features.map(({ name }) => name)).toEqual([
      'composite_score',
      'conviction',
      'qual_score',
      'quant_score',
      'sector_modifier',
    ]);
  });

  it('takes the two exact literals only and puts defaults for what is missing', () => {
    const decisions = [
      { ticker: 'NVDA', decision: 'ADVANCE' },
      { ticker: 'JPM', decision: 'REJECT' },
      { ticker: 'XOM', decision: 'ADVANCE_FORCED' },
      { ticker: 'PG', decision: 'advance' },
      { ticker: 'PG', decision: ' ADVANCE' },
      { decision: 'ADVANCE' },
      { ticker: null, decision: 'ADVANCE' },
      'NVDA',
    ];
    expect(read(SNAPSHOT, { ic_decisions: decisions })).toEqual([
      [0, 85, 80, 90, 1, 'ADVANCE'],
      [0, 0, 0, 70, 1, 'REJECT'],
    ]);
  });

  it('makes a row of defaults of a decision without a candidate, and a row of each duplicate', () => {
    const decisions = [
      { ticker: 'TSLA', decision: 'ADVANCE' },
      { ticker: 'TSLA', decision: 'REJECT' },
    ];
    expect(read(SNAPSHOT, { ic_decisions: decisions })).toEqual([
      [0, 0, 0, 0, 1, 'ADVANCE'],
      [0, 0, 0, 0, 1, 'REJECT'],
    ]);
    expect(read({}, { ic_decisions: decisions })).toHaveLength(2);
  });

  it('reads numbers as Python does, with the default for one that is not a number', () => {
    const candidate = {
      ticker: 'A',
      composite_score: ' 1_0.5 ',
      conviction: true,
      qual_score: 'nan',
      quant_score: '-inf',
      sector_modifier: 'high',
    };
    expect(read({ candidates: [candidate] }, { decisions: [{ ticker: 'A', decision: 'REJECT' }] })).toEqual([
      [10.5, 1, 0, Number.NEGATIVE_INFINITY, 1, 'REJECT'],
    ]);
  });

  it('falls back to the other names where the first is empty, and finds the last of equal tickers', () => {
    const snapshot = {
      candidates: [],
      entrant_candidates: [
        { ticker: 'A', quant_score: 1 },
        { ticker: 'A', quant_score: 2 },
        { ticker: 1, quant_score: 3 },
        { ticker: ['A'], quant_score: 4 },
      ],
    };
    const decisions = ['A', true, 1, '1', ['A']].map((ticker) => ({ ticker, decision: 'ADVANCE' }));
    const quantScores = read(snapshot, { ic_decisions: [], decisions }).map((row) => row[3]);
    expect(quantScores).toEqual([2, 3, 3, 0]);
  });

  it('yields no rows, and no drop, where there are no lists', () => {
    const decisions = [{ ticker: 'NVDA', decision: 'ADVANCE' }];
    expect(read(SNAPSHOT, {})).toEqual([]);
    expect(read(SNAPSHOT, { ic_decisions: { a: 1 }, decisions })).toEqual([]);
    expect(read({ candidates: 'NVDA', entrant_candidates: CANDIDATES }, { decisions })).toEqual([]);
  });

  itSurvivesAnyContent(original, artifact('ic_cio', SNAPSHOT, OUTPUT));
});
