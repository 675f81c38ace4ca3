import { describe, expect, it } from 'vitest';
import { macroEconomist } from '../../../src/agents/macro-economist.ts';
import { type ArtifactKey, parseKey } from '../../../src/corpus/key.ts';
import type { Entry } from '../../../src/corpus/listing.ts';
import type { SliceRows } from '../../../src/pool/extract.ts';
import { RowAggregator } from '../../../src/replay/counterfactual/row-aggregator.ts';

const [SUBJECT] = macroEconomist.captured.subjects;
if (!SUBJECT) throw new Error('no subject');
const WIDTH = SUBJECT.features.length;

function entry(day: string, run: string): Entry {
  const key = `${day.replaceAll('-', '/')}/macro_economist/${run}.json`;
  return { ...(parseKey(key) as ArtifactKey), size: 1, etag: 'e', family: macroEconomist };
}

interface One {
  readonly at: string;
  readonly vix?: number;
  readonly usd?: number;
  readonly drop?: string;
  readonly error?: string;
}

/** A slice of one artifact: a row whose first feature is `vix`, a drop, or a failure. */
function contentOf({ at, usd, vix, drop, error }: One): SliceRows {
  const features = new Float64Array(WIDTH);
  features[0] = vix ?? 0;
  const table = {
    subject: 'macro_economist',
    rows: 1,
    features,
    labels: Int32Array.of(0),
    labelTexts: [(vix ?? 0) > 20 ? 'bear' : 'bull'],
    artifacts: Int32Array.of(0),
  };
  return {
    size: 1,
    failures: error === undefined ? [] : [{ position: 0, error, kind: 'content' }],
    drops: drop === undefined ? [] : [{ position: 0, reason: drop }],
    skippedRows: [],
    capturedAt: Float64Array.of(Date.parse(at)),
    usd: Float64Array.of(usd ?? Number.NaN),
    metered: [],
    tables: vix === undefined ? [] : [table],
  };
}

/** Folds artifacts, newest first in the listing, arriving in reverse. */
function aggregate(artifacts: readonly (One & { day: string; run: string })[], deduplicate = true) {
  const rows = new RowAggregator(
    artifacts.map(({ day, run }) => entry(day, run)),
    '2026-07-11',
  );
  for (const [first, artifact] of [...artifacts.entries()].reverse()) {
    rows.add({ entries: [first], content: contentOf(artifact) });
  }
  const aggregated = rows.finish(['macro_economist'], deduplicate);
  const { features, labels, labelTexts } = aggregated.rowsOf(SUBJECT as NonNullable<typeof SUBJECT>);
  return {
    counts: aggregated.counts.get('macro_economist'),
    vix: [...features].filter((_, index) => index % WIDTH === 0),
    labels: [...labels[0].codes].map((code) => labelTexts[code]),
    drops: aggregated.drops,
  };
}

describe('the row aggregator', () => {
  it('has rows in the order of the listing, labels of different slices joined', () => {
    const { vix, labels, counts } = aggregate([
      { day: '2026-07-11', run: 'a', at: '2026-07-11T10:00Z', vix: 12 },
      { day: '2026-07-10', run: 'b', at: '2026-07-10T10:00Z', vix: 30 },
      { day: '2026-07-09', run: 'c', at: '2026-07-09T10:00Z', vix: 14 },
    ]);
    expect(vix).toEqual([12, 30, 14]);
    expect(labels).toEqual(['bull', 'bear', 'bull']);
    expect(counts).toMatchObject({ listed: 3, loaded: 3, deduplicated: 0, rows: 3 });
  });

  it('keeps the newest capture of a decision, whatever day it lies under', () => {
    const { vix, counts } = aggregate([
      { day: '2026-07-11', run: 'a', at: '2026-07-10T09:00Z', vix: 12 },
      { day: '2026-07-10', run: 'a', at: '2026-07-10T10:00Z', vix: 30 },
      { day: '2026-07-09', run: 'a', at: '2026-07-09T10:00Z', vix: 14 },
      { day: '2026-07-09', run: 'b', at: 'unreadable', vix: 16 },
    ]);
    expect(vix).toEqual([30, 16]);
    expect(counts).toMatchObject({ loaded: 4, deduplicated: 2, rows: 2 });
  });

  it('takes the newer day of equal or unreadable times', () => {
    const artifact = { run: 'a', at: 'unreadable' };
    const { vix } = aggregate([
      { ...artifact, day: '2026-07-11', vix: 12 },
      { ...artifact, day: '2026-07-10', vix: 30 },
    ]);
    expect(vix).toEqual([12]);
  });

  it('counts a superseded drop as a duplicate only, and a drop that supersedes as a drop', () => {
    const older = { day: '2026-07-10', run: 'a', at: '2026-07-10T10:00Z' };
    const newer = { day: '2026-07-11', run: 'a', at: '2026-07-11T10:00Z' };
    expect(
      aggregate([
        { ...newer, vix: 12 },
        { ...older, drop: 'empty_output' },
      ]).counts,
    ).toMatchObject({
      deduplicated: 1,
      dropped: {},
      rows: 1,
    });
    expect(
      aggregate([
        { ...newer, drop: 'empty_output' },
        { ...older, vix: 12 },
      ]),
    ).toMatchObject({
      counts: { deduplicated: 1, dropped: { empty_output: 1 }, rows: 0 },
      drops: [{ key: '2026/07/11/macro_economist/a.json', reason: 'empty_output' }],
    });
  });

  it('sums what calls cost, of dropped captures too, from the first that tells', () => {
    const { counts } = aggregate([
      { day: '2026-07-11', run: 'a', at: '2026-07-11T10:00Z', vix: 12, usd: 1 },
      { day: '2026-07-10', run: 'b', at: '2026-07-10T10:00Z', drop: 'empty_output', usd: 2 },
      { day: '2026-07-09', run: 'b', at: '2026-07-09T10:00Z', vix: 14, usd: 4 },
      { day: '2026-06-01', run: 'c', at: '2026-06-01T10:00Z', vix: 14 },
    ]);
    expect(counts?.captured_cost).toEqual({
      captures: 2,
      usd: 3,
      decisions_per_month: 30,
      cost_per_month_usd: 45,
    });
  });

  it('lets no failure supersede a decision', () => {
    const { counts } = aggregate([
      { day: '2026-07-11', run: 'a', at: 'unreadable', error: 'broken' },
      { day: '2026-07-10', run: 'a', at: '2026-07-10T10:00Z', vix: 12 },
    ]);
    expect(counts).toMatchObject({ listed: 2, loaded: 1, deduplicated: 0, rows: 1 });
  });

  it('keeps every copy when told to, as the originals did', () => {
    const { counts } = aggregate(
      [
        { day: '2026-07-11', run: 'a', at: '2026-07-11T10:00Z', vix: 12 },
        { day: '2026-07-10', run: 'a', at: '2026-07-10T10:00Z', vix: 30 },
      ],
      false,
    );
    expect(counts).toMatchObject({ deduplicated: 0, rows: 2 });
  });
});
