import { expect, it } from 'vitest';
import { costPerDecision } from '../../../src/replay/concordance/cost-per-decision.ts';
import type { Observation } from '../../../src/replay/concordance/observations.ts';

function observed(originalUsd: number | null, listUsd: number | null): Observation {
  const agreement = { score: 1, diagnostics: {} };
  return { key: 'k', agreement, run: 'r', day: 'd', usd: 0, latencyMs: null, originalUsd, listUsd };
}

it('multiplies the difference of mean costs by the decisions of a month', () => {
  const observations = [observed(0.1, 0.01), observed(0.3, 0.03), observed(null, 0.05)];
  expect(costPerDecision(observations, { replayable: 112, windowDays: 56 })).toEqual({
    original: { usd: 0.2, n: 2 },
    target: { usd: expect.closeTo(0.03, 12), n: 3 },
    decisions_per_month: 60,
    saving_per_month_usd: expect.closeTo(10.2, 10),
  });
});

it('knows no saving where a cost is unknown, and a negative one where the target costs more', () => {
  const options = { replayable: 30, windowDays: 30 };
  expect(costPerDecision([observed(null, 0.01)], options)).toMatchObject({
    original: null,
    saving_per_month_usd: null,
  });
  expect(costPerDecision([observed(0.1, null)], options)).toMatchObject({
    target: null,
    saving_per_month_usd: null,
  });
  expect(costPerDecision([observed(0.1, 0.2)], options).saving_per_month_usd).toBeCloseTo(-3, 10);
});
