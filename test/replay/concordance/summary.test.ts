import { describe, expect, it } from 'vitest';
import { runIdOf, windowOf } from '../../../src/corpus/window.ts';
import { claimAgreement } from '../../../src/replay/concordance/agreement-verdict.ts';
import type { Candidate, ReplaySet } from '../../../src/replay/concordance/candidate-aggregator.ts';
import { everyCallFailed, summariseRun } from '../../../src/replay/concordance/outcome.ts';
import { pairedDifferences } from '../../../src/replay/concordance/paired-differences.ts';
import { loadFailuresOf, summariseTarget } from '../../../src/replay/concordance/summary.ts';
import { TargetRun } from '../../../src/replay/concordance/target-run.ts';
import type { Run } from '../../../src/replay/ingest/run.ts';
import { type ConcordanceSettings, readSettings } from '../../../src/settings/settings.ts';
import { openStore } from '../../../src/store/open.ts';
import { answerTo, candidateOf, haiku, OTHER_THESIS, THESIS, theses } from '../candidates.ts';

const NOW = new Date('2026-07-11T09:00:00Z');
const settings = readSettings(['concordance', '--corpus', 'file:///none'], {}, NOW) as ConcordanceSettings;
const run = {
  settings,
  runId: runIdOf(NOW),
  window: windowOf(NOW, settings.windowDays),
  out: openStore('file:///none', { create: false }),
  now: NOW,
} as Run<ConcordanceSettings>;
const REFUSED = { reason: 'bad_request', error: 'no', transient: false };

function setOf(candidates: readonly Candidate[], skips: ReplaySet['skips'] = []): ReplaySet {
  const none = { newest_capture_date: null, captured_cost: null };
  const count = {
    ...none,
    listed: 30,
    loaded: 30,
    deduplicated: 0,
    skipped: {},
    replayable: candidates.length,
  };
  return { candidates, counts: new Map([['thinktank_thesis', count]]), skips };
}

/** Each candidate answered as told: by an answer, or by the failure of its call. */
function replayed(
  candidates: readonly Candidate[],
  answers: readonly (string | object | undefined)[],
): TargetRun {
  const replays = new TargetRun(haiku(), candidates);
  for (const [index, answer] of answers.entries()) {
    if (answer === undefined) continue;
    const call = answerTo(replays, candidates[index] as Candidate, answer);
    if (answer === REFUSED) replays.failed(call.hash, REFUSED);
    else replays.answered(call);
  }
  return replays;
}

function summaryOf(replays: TargetRun, more: Partial<Parameters<typeof summariseTarget>[1]> = {}) {
  const set = setOf([...replays.byHash.values()].flat());
  const parts = { run, set, loadFailures: [], overCap: 0, budgetStopped: false, ceiling: undefined };
  return summariseTarget(replays, { ...parts, ...more });
}

describe('the summary of a target', () => {
  it('has mean, spread and the interval of these scores', () => {
    const own = theses(8);
    const answers = [THESIS, OTHER_THESIS, THESIS, THESIS, THESIS, OTHER_THESIS, THESIS, THESIS];
    const summary = summaryOf(replayed(own, answers));
    const [line] = summary.per_agent;
    const scores = answers.map((answer, index) => {
      return { cluster: own[index]?.entry.day as string, value: answer === THESIS ? 1 : 0.5 };
    });
    const { interval, runs } = claimAgreement(scores, { threshold: 0.9, level: 0.95 });
    expect(interval).not.toBeNull();
    expect(line).toMatchObject({ n: 8, mean: 0.875, min: 0.5, max: 1, interval, runs, stop: null });
    expect(line?.stdev).toBeCloseTo(Math.sqrt((2 * 0.375 ** 2 + 6 * 0.125 ** 2) / 7), 12);
    expect(line?.replay_usd).toBeCloseTo(8 * 0.00002, 12);
    expect(line).toMatchObject({ latency_ms_p50: 5, newest_input_date: '2026-06-17', tool_loop: false });
    expect(line?.cost_per_decision?.target).toEqual({ usd: expect.closeTo(0.00002, 12), n: 8 });
  });

  it('counts an invalid answer as disagreement in the verdict, and leaves it out of the mean', () => {
    const own = theses(60);
    const answers = own.map((_, index) => (index % 5 < 3 ? 'no JSON' : THESIS));
    const [line] = summaryOf(replayed(own, answers)).per_agent;
    expect(line).toMatchObject({
      n: 24,
      mean: 1,
      agreement: { mean: 0.4, n: 60 },
      verdict: 'not',
      verdict_reason: 'below_threshold',
      invalid_answers: { schema_violation: 36 },
    });
    expect(line?.agreement).toMatchObject({ low: line?.interval?.low, high: line?.interval?.high });
    expect(line?.interval?.high).toBeLessThan(0.9);
    // A call that failed says nothing of the model.
    const failed = own.map((_, index) => (index % 5 < 3 ? REFUSED : THESIS));
    expect(summaryOf(replayed(own, failed)).per_agent[0]?.agreement).toMatchObject({ mean: 1, n: 24 });
  });

  it('gives no line to an agent with fewer than three scores, but names it', () => {
    const thin = summaryOf(replayed(theses(3), [THESIS, THESIS, REFUSED]));
    expect(thin).toMatchObject({
      per_agent: [],
      agents_analyzed: 0,
      agents_skipped_thin_sample: [{ agent_id_base: 'thinktank_thesis', n_observations: 2 }],
    });
    expect(summaryOf(replayed(theses(3), [THESIS, THESIS, THESIS]))).toMatchObject({
      agents_analyzed: 1,
      agents_skipped_thin_sample: [],
    });
  });

  it('accounts for every capture: scored, failed, skipped, not reached, over the cap', () => {
    const own = theses(7);
    const replays = replayed(own, [THESIS, THESIS, THESIS, REFUSED, 'no JSON']);
    const broken = candidateOf('2026/07/01/ic_cio/x.json').entry;
    const loadFailures = loadFailuresOf([{ entry: broken, error: 'broken', kind: 'content' as const }]);
    const set = setOf(own, [
      { key: 'a', reason: 'placeholder' },
      { key: 'b', reason: 'placeholder' },
      { key: 'c', reason: 'tool_loop' },
    ]);
    const summary = summaryOf(replays, { loadFailures, set, overCap: 4, budgetStopped: true });
    expect(summary).toMatchObject({
      complete: false,
      budget_stopped: true,
      n_artifacts_candidate: 3 + 3 + 3 + 2,
      n_artifacts_replayed: 4,
      n_artifacts_skipped_for_budget: 2,
      n_artifacts_over_cap: 4,
      replay_skips: { placeholder: 2, tool_loop: 1 },
      per_agent: [{ n: 3, mean: 1, invalid_answers: { schema_violation: 1 } }],
    });
    expect(summary.replay_failures.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
      'load load_failed',
      'call bad_request',
      'model schema_violation',
    ]);
    // The budget stopped another target, and nothing of this one.
    expect(
      summaryOf(
        replayed(
          own,
          own.map(() => THESIS),
        ),
        { budgetStopped: true },
      ).complete,
    ).toBe(true);
  });
});

describe('the outcome of a run', () => {
  const outcomeOf = (replays: readonly TargetRun[], more: object = {}) =>
    summariseRun({
      run,
      listing: { entries: [], unknown: new Map(), ignored: [], capped: {}, notRequested: {} } as never,
      set: setOf([]),
      targets: replays,
      summaries: replays.map((one) => summaryOf(one)),
      differences: [],
      worst: [],
      ceiling: undefined,
      writeFailures: [],
      notKept: { count: 0, reason: null },
      emission: { emitted: 0, skipped: [] } as never,
      ...more,
    });

  it('is an error when no call at all has an answer, worth a retry when all faults pass', () => {
    const own = theses(2);
    expect(everyCallFailed([replayed(own, [])])).toBeUndefined();
    expect(everyCallFailed([replayed(own, [REFUSED, THESIS])])).toBeUndefined();
    const failed = replayed(own, [REFUSED, REFUSED]);
    expect(everyCallFailed([failed])).toMatchObject({ status: 'ERROR', exitCode: 1 });
    const passing = new TargetRun(haiku(), own);
    for (const hash of passing.byHash.keys()) passing.failed(hash, { ...REFUSED, transient: true });
    expect(everyCallFailed([passing])).toMatchObject({ exitCode: 75 });
    expect(everyCallFailed([passing, failed])).toMatchObject({ exitCode: 1 });
  });

  it('is partial for a call without an answer, not for an invalid answer', () => {
    const own = theses(3);
    expect(outcomeOf([replayed(own, [THESIS, THESIS, 'no JSON'])]).status).toBe('OK');
    expect(outcomeOf([replayed(own, [THESIS, THESIS, REFUSED])]).status).toBe('PARTIAL');
    expect(outcomeOf([replayed(own, [THESIS])], { writeFailures: [{ key: 'k', error: 'e' }] })).toMatchObject(
      {
        status: 'PARTIAL',
        written: 1,
      },
    );
  });

  it('adds its targets up', () => {
    const replays = [replayed(theses(3), [THESIS, THESIS, THESIS]), replayed(theses(4), [THESIS, REFUSED])];
    replays[0]?.paid(answerTo(replays[0], theses(1)[0] as never, THESIS) as never);
    for (const one of replays) one.cache.hits += 2;
    const { found } = outcomeOf(replays);
    expect(found?.summary).toMatchObject({
      n_artifacts_candidate: 7,
      n_artifacts_replayed: 4,
      cache: { hits: 4 },
    });
  });
});

it('two targets differ by the scores of captures that both answered', () => {
  const own = theses(7);
  const first = replayed(own, [THESIS, OTHER_THESIS, OTHER_THESIS, THESIS, OTHER_THESIS, THESIS, REFUSED]);
  const second = replayed(own, [THESIS, THESIS, THESIS, THESIS, THESIS, undefined, THESIS]);
  const [difference] = pairedDifferences([first, second], { seed: 's', level: 0.95 });
  expect(difference).toMatchObject({ n: 5, runs: 5, mean: -0.3, after_stop: false });
  expect(difference?.interval?.low).toBeLessThan(-0.3);
  expect(difference?.interval?.high).toBeGreaterThan(-0.3);
});
