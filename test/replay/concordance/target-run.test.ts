import { describe, expect, it } from 'vitest';
import { earlyStops } from '../../../src/replay/concordance/early-stopping.ts';
import { observe } from '../../../src/replay/concordance/observations.ts';
import { TargetRun } from '../../../src/replay/concordance/target-run.ts';
import { answerTo, answerWith, haiku, OTHER_THESIS, THESIS, theses } from '../candidates.ts';

const REFUSED = { reason: 'bad_request', error: 'no', transient: false };

describe('a target run', () => {
  it('makes one call of captures with the same prompt, and scores the answer for each of them', () => {
    const [first, twin, other] = theses(3);
    if (!first || !twin || !other) throw new Error();
    const same = { ...twin, prompt: first.prompt };
    const run = new TargetRun(haiku(), [first, other, same]);
    expect([...run.byHash.values()]).toEqual([[first, same], [other]]);
    run.answered(answerTo(run, first, OTHER_THESIS));
    const { observations, notReached } = observe(run);
    expect(notReached).toBe(1);
    // In work order, whatever order the answers come in.
    run.answered(answerTo(run, other, THESIS));
    const scores = observe(run).observations.get('thinktank_thesis');
    expect(observations.get('thinktank_thesis')).toHaveLength(2);
    expect(scores?.map(({ key, agreement }) => [key, agreement.score])).toEqual([
      [first.entry.key, 0.5],
      [same.entry.key, 0.5],
      [other.entry.key, 1],
    ]);
  });

  it('tells calls without an answer, answers that are invalid and captures that were not reached apart', () => {
    const all = theses(5);
    const [good, refused, invalid, broke] = all as [never, never, never, never];
    const run = new TargetRun(haiku(), all);
    const hashOf = (one: never) => answerTo(run, one, '').hash;
    run.answered(answerTo(run, good, THESIS));
    run.failed(hashOf(refused), REFUSED);
    run.answered(answerTo(run, invalid, 'I would buy it.'));
    run.failed(hashOf(broke), { ...REFUSED, reason: 'budget' });
    const { observations, failures, notReached, stopped } = observe(run);
    expect(observations.get('thinktank_thesis')).toHaveLength(1);
    expect(failures).toMatchObject([
      { kind: 'call', reason: 'bad_request', error: 'no', artifact_key: all[1]?.entry.key },
      { kind: 'model', reason: 'schema_violation', artifact_key: all[2]?.entry.key },
    ]);
    expect([notReached, stopped]).toEqual([2, {}]);
  });

  it('counts as stopped what a decided test left out, and as not reached what the budget did', () => {
    const all = theses(19);
    const decided = earlyStops(all, { threshold: 0.5, alpha: 0.5 });
    const sure = new TargetRun(haiku(), all, { stops: decided });
    for (const one of all.slice(0, 18)) sure.answered(answerTo(sure, one, THESIS));
    expect(observe(sure)).toMatchObject({ notReached: 0, stopped: { thinktank_thesis: 1 } });
    const open = earlyStops(all, { threshold: 0.99, alpha: 1e-9 });
    const unsure = new TargetRun(haiku(), all, { stops: open });
    for (const one of all.slice(0, 18)) unsure.answered(answerTo(unsure, one, THESIS));
    expect(observe(unsure)).toMatchObject({ notReached: 1, stopped: {} });
  });

  it('adds up what its own calls used, and prices each answer by the list of single calls', () => {
    const [one] = theses(1);
    if (!one) throw new Error();
    const run = new TargetRun(haiku(), [one]);
    const call = answerTo(run, one, THESIS);
    run.answered(call);
    expect(run.cost.usd).toBe(0);
    run.paid(call);
    expect(run.cost).toMatchObject({ input_tokens: 10, output_tokens: 2, usd: 0.00002, unpriced_calls: 0 });
    run.paid({ ...call, paid: { ...call.paid, usd: null } });
    expect(run.cost).toMatchObject({ input_tokens: 20, output_tokens: 4, usd: null, unpriced_calls: 1 });
    const { observations, answers } = observe(run);
    expect(observations.get('thinktank_thesis')).toMatchObject([{ usd: 0.00002, latencyMs: 5 }]);
    const [answer] = answers.get('thinktank_thesis') ?? [];
    expect(answer).toMatchObject({ value: 1, originalUsd: null });
    expect(answer?.listUsd).toBeCloseTo((10 * 1 + 2 * 5) / 1e6, 12);
  });

  it('keeps whole answers only where they are wanted', () => {
    const all = theses(1);
    for (const keepsAnswers of [true, false]) {
      const run = new TargetRun(haiku(), all, { keepsAnswers });
      run.answered(answerTo(run, all[0] as never, THESIS));
      expect([...run.results.values()]).toMatchObject([
        { scored: { answer: keepsAnswers ? answerWith(THESIS) : undefined } },
      ]);
    }
  });
});
