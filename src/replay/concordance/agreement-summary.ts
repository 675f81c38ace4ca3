import type { Agreement } from '../../agents/family.ts';
import type { AgreementSummary } from '../../results/summary.ts';

/** Summarises at least one observation. */
export function summariseAgreement(observations: readonly Agreement[]): AgreementSummary {
  const scores = observations.map(({ score }) => score);
  const mean = meanOf(scores);
  const squares = scores.map((score) => (score - mean) ** 2);
  const stdev = scores.length > 1 ? Math.sqrt(sum(squares) / (scores.length - 1)) : 0;
  const names = new Set(observations.flatMap(({ diagnostics }) => Object.keys(diagnostics)));
  const diagnostics = [...names].sort().map((name) => {
    const values = observations.flatMap(({ diagnostics: { [name]: value } }) => value ?? []);
    return [name, meanOf(values)] as const;
  });
  return {
    n: scores.length,
    mean,
    min: scores.reduce((least, score) => Math.min(least, score)),
    max: scores.reduce((most, score) => Math.max(most, score)),
    stdev,
    diagnostics: Object.fromEntries(diagnostics),
  };
}

function meanOf(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
