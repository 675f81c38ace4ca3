import { describe, expect, it } from 'vitest';
import { claimAgreement, claimByTest } from '../../../src/replay/concordance/agreement-verdict.ts';

const OPTIONS = { threshold: 0.9, level: 0.95 };

function scores(runs: number, scoreOf: (run: number) => number, aRun = 1) {
  return Array.from({ length: runs * aRun }, (_, index) => {
    const run = index % runs;
    return { cluster: `run ${run}`, value: scoreOf(run) };
  });
}

describe('claimAgreement', () => {
  it('is clear above with perfect scores of enough runs, and says how many runs that takes', () => {
    expect(
      claimAgreement(
        scores(40, () => 1),
        OPTIONS,
      ),
    ).toMatchObject({
      verdict: 'interchangeable',
      verdict_reason: 'above_threshold',
      runs: 40,
      runs_needed: null,
      interval: { high: 1, level: 0.95 },
    });
    const few = claimAgreement(
      scores(12, () => 1),
      OPTIONS,
    );
    expect(few).toMatchObject({ verdict: 'inconclusive', verdict_reason: 'interval_spans_threshold' });
    expect(few.runs_needed).toBeGreaterThan(12);
    // Ten decisions of one run are not ten runs.
    expect(
      claimAgreement(
        scores(12, () => 1, 10),
        OPTIONS,
      ),
    ).toMatchObject({
      verdict: 'inconclusive',
      runs: 12,
    });
  });

  it('is clear below with poor scores, by the threshold that is given', () => {
    const poor = scores(12, (run) => 0.5 + 0.02 * (run % 5));
    expect(claimAgreement(poor, OPTIONS)).toMatchObject({
      verdict: 'not',
      verdict_reason: 'below_threshold',
    });
    expect(claimAgreement(poor, { ...OPTIONS, threshold: 0.2 }).verdict).toBe('interchangeable');
  });

  it('says nothing of fewer than five runs', () => {
    expect(
      claimAgreement(
        scores(4, () => 0, 50),
        OPTIONS,
      ),
    ).toEqual({
      interval: null,
      runs: 4,
      verdict: 'inconclusive',
      verdict_by: 'interval',
      verdict_reason: 'too_few_runs',
      runs_needed: null,
    });
  });
});

describe('claimByTest', () => {
  it('leaves the verdict to the test, whatever the interval says', () => {
    const claim = claimAgreement(
      scores(12, () => 1),
      OPTIONS,
    );
    expect(claimByTest(claim, 'above')).toMatchObject({
      verdict: 'interchangeable',
      verdict_by: 'sequential_test',
      interval: claim.interval,
      runs_needed: null,
    });
    expect(claimByTest(claim, 'below').verdict).toBe('not');
  });
});
