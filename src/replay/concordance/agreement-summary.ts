import { max, mean, min, sum } from 'd3-array';
import type { Agreement } from '../../agents/family.ts';
import type { AgreementSummary } from '../../results/summary.ts';

/** Summarises at least one observation. */
export function summariseAgreement(observations: readonly Agreement[]): AgreementSummary {
  const scores = observations.map(({ score }) => score);
  const average = mean(scores) as number;
  const squares = sum(scores, (score) => (score - average) ** 2);
  const names = new Set(observations.flatMap(({ diagnostics }) => Object.keys(diagnostics)));
  const diagnostics = [...names].sort().map((name) => {
    const values = observations.flatMap(({ diagnostics: { [name]: value } }) => value ?? []);
    return [name, mean(values) as number] as const;
  });
  return {
    n: scores.length,
    mean: average,
    min: min(scores) as number,
    max: max(scores) as number,
    stdev: scores.length > 1 ? Math.sqrt(squares / (scores.length - 1)) : 0,
    diagnostics: Object.fromEntries(diagnostics),
  };
}
