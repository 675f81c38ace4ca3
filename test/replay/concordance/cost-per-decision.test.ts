import { expect, it } from 'vitest';
import { costPerDecision } from '../../../src/replay/concordance/cost-per-decision.ts';

const answered = (originalUsd: number | null, listUsd: number | null) => ({ originalUsd, listUsd });

it('multiplies the mean difference of the same decisions by the decisions of a month', () => {
  const answers = [answered(0.1, 0.01), answered(0.3, 0.03), answered(null, 0.05)];
  expect(costPerDecision(answers, { replayable: 112, months: 56 / 30 })).toEqual({
    original: { usd: 0.2, n: 2 },
    target: { usd: expect.closeTo(0.03, 12), n: 3 },
    decisions_per_month: 60,
    // (0.09 + 0.27) / 2 · 60: the third decision's original cost is not known.
    saving_per_month_usd: expect.closeTo(10.8, 10),
  });
});

it('knows no saving without a decision of which both costs are known, and a negative one where the target costs more', () => {
  const options = { replayable: 30, months: 1 };
  expect(costPerDecision([answered(null, 0.01), answered(0.1, null)], options)).toMatchObject({
    original: { usd: 0.1 },
    target: { usd: 0.01 },
    saving_per_month_usd: null,
  });
  expect(costPerDecision([answered(0.1, 0.2)], options).saving_per_month_usd).toBeCloseTo(-3, 10);
});
