import { describe, expect, it } from 'vitest';
import { fitSubject } from '../../../src/pool/fit.ts';
import { controlsOf } from '../../../src/replay/counterfactual/controls.ts';
import type { Analysis } from '../../../src/results/analysis.ts';
import { Random } from '../../../src/statistics/random.ts';

interface Rows {
  readonly rows: number;
  readonly runs: number;
  /** Label of each row: number of a class. */
  readonly labelOf: (inputs: readonly number[], random: Random) => number;
}

function analysis(agent: string, kind: Analysis['kind'], { rows, runs, labelOf }: Rows): Analysis {
  const random = new Random(agent);
  const values = Float64Array.from({ length: 6 * rows }, () => random.unit());
  const codes = Int32Array.from({ length: rows }, (_, row) =>
    labelOf([...values.subarray(6 * row, 6 * row + 6)], random),
  );
  const { decision } = fitSubject({
    features: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ name })),
    rows,
    values,
    labels: [{ name: 'decision', codes }],
    labelTexts: ['no', 'yes'],
    maxDepth: 3,
    simulated: new Uint8Array(rows),
    runs: Int32Array.from({ length: rows }, (_, row) => row % runs),
    days: new Int32Array(rows),
    evaluation: { seed: agent, threshold: 0.85, margin: 0.2, level: 0.95 },
    earlier: { analyses: [], unreadable: [], window: { start: '2026-05-17', end: '2026-07-11' } },
  });
  return { agent_id_base: agent, kind, ...decision } as Analysis;
}

const rule: Rows['labelOf'] = ([a = 0]) => Number(a > 0.7);
const noise: Rows['labelOf'] = (_, random) => Number(random.unit() > 0.7);

describe('controlsOf', () => {
  it('passes where the rules of deterministic agents are found', () => {
    const guard = analysis('executor:risk_guard', 'deterministic', { rows: 60, runs: 20, labelOf: rule });
    const agent = analysis('ic_cio', 'llm', { rows: 60, runs: 20, labelOf: noise });
    expect(controlsOf([guard, agent])).toEqual({
      status: 'passed',
      positive: { tested: ['executor:risk_guard'], untested: [], failed: [] },
      negative: { tested: 6, failed: [] },
    });
  });

  it('fails where one is not, although a tree fits its rows', () => {
    const sizer = analysis('sizer', 'deterministic', {
      rows: 34,
      runs: 10,
      labelOf: (_, random) => Number(random.unit() > 0.8),
    });
    expect(sizer.evaluation.rules.exact?.in_sample.match_rate).toBeGreaterThanOrEqual(0.95);
    const { status, positive } = controlsOf([sizer]);
    expect(status).toBe('failed');
    expect(positive.failed).toMatchObject([
      { agent_id_base: 'sizer', n_samples: 34, runs: 10, match_rate: sizer.match_rate },
    ]);
  });

  it('fails where only the commonest label is reproduced', () => {
    const labelOf = (_: unknown, random: Random) => Number(random.unit() > 0.97);
    const sizer = analysis('sizer', 'deterministic', { rows: 400, runs: 20, labelOf });
    expect(sizer.match_rate).toBeGreaterThan(0.95);
    expect(controlsOf([sizer])).toMatchObject({ status: 'failed' });
  });

  it.each([
    ['rows', { rows: 29, runs: 10, labelOf: noise }],
    ['runs', { rows: 60, runs: 4, labelOf: noise }],
    ['rarer labels', { rows: 60, runs: 10, labelOf: ([a = 0]: readonly number[]) => Number(a > 0.96) }],
  ])('is untested for too few %s', (_, rows) => {
    const guard = analysis('guard', 'deterministic', rows);
    const { status, positive } = controlsOf([guard]);
    expect({ status, positive }).toEqual({
      status: 'untested',
      positive: { tested: [], untested: ['guard'], failed: [] },
    });
  });

  it('fails where shifted labels come out explained, unless the shift leaves them as they are', () => {
    const agent = analysis('ic_cio', 'llm', { rows: 60, runs: 20, labelOf: rule });
    const { tree } = agent.evaluation.rules;
    const explained = (preserved: number): Analysis => ({
      ...agent,
      evaluation: {
        ...agent.evaluation,
        rules: {
          ...agent.evaluation.rules,
          tree: {
            ...tree,
            negative_control: tree.negative_control && {
              ...tree.negative_control,
              verdict: 'explained',
              preserved,
            },
          },
        },
      },
    });
    expect(controlsOf([explained(0.7)])).toMatchObject({
      status: 'failed',
      negative: { tested: 3, failed: [{ agent_id_base: 'ic_cio', rule: 'tree' }] },
    });
    expect(controlsOf([explained(0.95)])).toMatchObject({
      status: 'untested',
      negative: { tested: 2, failed: [] },
    });
  });
});
