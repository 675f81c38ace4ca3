import { expect, it } from 'vitest';
import { ruleVerdict } from '../../src/report/verdict-words.ts';
import type { EvaluatedRule } from '../../src/results/rules.ts';
import { REAL_ANALYSIS } from './real.ts';

function verdict(reason: EvaluatedRule['reason'], match_rate: number, runs_needed: number | null): string {
  const { evaluation: real } = REAL_ANALYSIS;
  const { tree } = real.rules;
  const interval = { low: 0.49, high: 1, level: 0.95 };
  const rule: EvaluatedRule = {
    ...tree,
    verdict: reason === 'above_both' ? 'explained' : runs_needed ? 'inconclusive' : 'not_explained',
    reason,
    runs_needed,
    out_of_sample: tree.out_of_sample && { ...tree.out_of_sample, match_rate, interval },
  };
  const evaluation = { ...real, runs: 8, baseline: { label: 'HOLD', match_rate: 0.6 } };
  return ruleVerdict(rule, evaluation);
}

it.each<[EvaluatedRule['reason'], number, number | null, string]>([
  [
    'above_both',
    0.97,
    null,
    'Yes. Its match on unseen runs, 97% (49% to 100%), is clear of the threshold, 85%,',
  ],
  [
    'below_threshold',
    0.7,
    null,
    'No. Its match on unseen runs, 70% (49% to 100%), is below the threshold, 85%.',
  ],
  [
    'not_above_baseline',
    0.7,
    null,
    'adds too little: it does not get right 20% of what the baseline (60%) misses.',
  ],
  [
    'match_unclear',
    0.9,
    48,
    'the interval lies on both sides of it. About 48 runs like these would settle it; there are 8.',
  ],
  [
    'match_unclear',
    1,
    48,
    'It misses nothing on unseen runs; but without a miss nothing tells whether misses would come alone',
  ],
  [
    'excess_unclear',
    0.9,
    2345,
    'but not for sure right on 20% of what the baseline (60%) misses. About 2,300 runs like these',
  ],
])('says of %s at %s why, in words', (reason, match, needed, text) => {
  expect(verdict(reason, match, needed)).toContain(text);
});
