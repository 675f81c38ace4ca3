import { expect, it } from 'vitest';
import { fittedRules } from '../../src/pool/fit.ts';
import type { FitTask } from '../../src/pool/fit-task.ts';
import { packFit, unpackFit } from '../../src/pool/kept-fit.ts';
import { pack, Unpacking } from '../../src/pool/packing.ts';
import type { EvaluatedFit } from '../../src/results/rules.ts';
import { Random } from '../../src/statistics/random.ts';

const ROWS = 300;

/** Two numbers and a decision that mostly follows one of them, of 30 runs. */
function task(isControl = false): FitTask {
  const random = new Random('kept');
  const values = Float64Array.from({ length: 2 * ROWS }, () => random.unit());
  const codes = Int32Array.from({ length: ROWS }, (_, row) =>
    Number((values[2 * row] as number) > 0.5 !== random.unit() < 0.2),
  );
  return {
    features: [{ name: 'score' }, { name: 'other' }],
    rows: ROWS,
    values,
    labels: [{ name: 'decision', codes }],
    labelTexts: ['yes', 'no'],
    maxDepth: 2,
    simulated: new Uint8Array(ROWS),
    runs: Int32Array.from({ length: ROWS }, (_, row) => Math.floor(row / 10)),
    days: Int32Array.from({ length: ROWS }, (_, row) => 20_000 + Math.floor(row / 10)),
    evaluation: { seed: 's', threshold: 0.85, margin: 0.2, level: 0.95, isControl },
    earlier: { analyses: [], unreadable: [], window: { start: '2026-05-17', end: '2026-07-11' } },
  };
}

const kept = fittedRules(task());
const read = (fit: typeof kept, of = task()) =>
  unpackFit(new Unpacking(pack(packFit(fit)) as Buffer), of) !== undefined;

it.each([false, true])('a kept fit is taken as it was kept: control %j', (isControl) => {
  const own = task(isControl);
  expect(read(fittedRules(own), own)).toBe(true);
});

type Changing = { -readonly [K in keyof EvaluatedFit]: EvaluatedFit[K] } & Record<string, never>;

it.each<[string, (fit: Changing) => object, string, number | number[]]>([
  ['the match', (fit) => fit, 'match_rate', 0.99],
  ['the match of the tree', (fit) => fit.rules.tree, 'match_rate', 0.99],
  ['a threshold of the tree', (fit) => fit.rules.tree.nodes[0]?.split ?? {}, 'threshold', 0.1],
  ['a weight', (fit) => ('weights' in fit.rules.logistic && fit.rules.logistic.weights[0]) || {}, '0', 50],
  ['the match in sample', (fit) => fit.evaluation.rules.tree.in_sample, 'match_rate', 0.99],
  ['a row of the confusion', (fit) => fit.evaluation.rules.tree.in_sample.confusion, '0', [150, 0]],
  [
    'the match out of sample',
    (fit) => fit.evaluation.rules.logistic?.out_of_sample ?? {},
    'match_rate',
    0.99,
  ],
  ['the kappa', (fit) => fit.evaluation.rules.exact?.out_of_sample ?? {}, 'kappa', 0.99],
])('a kept fit with another number in range is not believed: %s', (_, holderIn, name, value) => {
  const fit = structuredClone(kept);
  const holder = holderIn(fit.decision as Changing) as Record<string, unknown>;
  expect(holder).toHaveProperty([name]);
  holder[name] = value;
  expect(read(fit)).toBe(false);
});

it('a kept fit with other predictions is not believed', () => {
  const { predicted } = kept;
  const tree = predicted.tree?.map((label, row) => (row < 30 ? 1 - label : label)) as Int32Array;
  expect(read({ ...kept, predicted: { ...predicted, tree } })).toBe(false);
});
