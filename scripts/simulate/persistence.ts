import type { GroupedRows } from '../../src/rules/evaluation/cross-validate.ts';
import { evaluateRules } from '../../src/rules/evaluation/evaluate.ts';
import { treeLearner } from '../../src/rules/evaluation/learner.ts';
import { Random } from '../../src/statistics/random.ts';
import { normal } from './draws.ts';
import { percent, type Section } from './table.ts';

const OPTIONS = { threshold: 0.85, margin: 0.2, level: 0.95 };
const INPUTS = 5;

/** A value a run, which persists. */
type Series = (random: Random, runs: number) => number[];

function autoregressive(memory: number): Series {
  return (random, runs) => {
    let value = normal(random);
    const fresh = memory < 1 ? Math.sqrt(1 - memory * memory) : 0.2;
    return Array.from({ length: runs }, () => {
      value = memory * value + fresh * normal(random);
      return value;
    });
  };
}

/** Stays as it is for about so many runs. */
function regimes(length: number): Series {
  return (random, runs) => {
    let value = normal(random);
    return Array.from({ length: runs }, () => {
      if (random.unit() < 1 / length) value = normal(random);
      return value;
    });
  };
}

const trend: Series = (random, runs) => {
  const slope = 4 * (random.unit() - 0.5);
  return Array.from({ length: runs }, (_, run) => slope * (run / runs - 0.5) * 2 + 0.3 * normal(random));
};

const DESIGNS: readonly (readonly [string, Series])[] = [
  ['AR 0.9', autoregressive(0.9)],
  ['AR 0.95', autoregressive(0.95)],
  ['AR 0.99', autoregressive(0.99)],
  ['regimes of 15 runs', regimes(15)],
  ['regimes of 25 runs', regimes(25)],
  ['regimes of 40 runs', regimes(40)],
  ['random walk', autoregressive(1)],
  ['trend', trend],
];

const SHAPES: readonly (readonly [number, number])[] = [
  [40, 9],
  [60, 5],
  [120, 1],
];

/** Inputs and labels that persist in time and have nothing to do with each other: is one said to explain the other? */
export function persistence(seed: string, corpora: number): Section {
  let most = 0;
  const rows = DESIGNS.flatMap(([title, series]) =>
    SHAPES.map(([runs, size]) => {
      const count = { explained: 0, block: 0, forward: 0, small: 0, tested: 0 };
      for (let corpus = 0; corpus < corpora; corpus += 1) {
        const name = `${seed}/${title}/${runs}/${corpus}`;
        const { data, labels } = corpusOf(new Random(name), series, runs, size);
        if (new Set(labels).size < 2) continue;
        const candidates = [
          { name: 'tree', learner: treeLearner(3), permutation: { permutations: 39, maxRows: 300 } },
        ];
        const { tree } = evaluateRules(data, labels, 2, candidates, { ...OPTIONS, seed: name }).rules;
        count.explained += Number(tree?.verdict === 'explained');
        count.block += tree?.out_of_sample?.match_rate ?? 0;
        count.forward += tree?.walk_forward?.match_rate ?? 0;
        count.small += Number((tree?.permutation?.p_value ?? 1) <= 0.05);
        count.tested += 1;
      }
      const { explained, block, forward, small, tested } = count;
      most = Math.max(most, explained / corpora);
      return [
        title,
        runs,
        size,
        (block / tested).toFixed(2),
        (forward / tested).toFixed(2),
        percent(small / tested),
        percent(explained / corpora),
      ];
    }),
  );
  return {
    title: `Inputs and labels that persist apart from each other, ${corpora} corpora a line`,
    columns: ['design', 'runs', 'rows a run', 'match', 'walk forward', 'p ≤ 0.05', 'explained'],
    rows,
    findings: [
      { text: `explained in at most 2 % of any line (most: ${percent(most)})`, holds: most <= 0.02 },
    ],
  };
}

function corpusOf(
  random: Random,
  series: Series,
  runs: number,
  size: number,
): { readonly data: GroupedRows; readonly labels: Int32Array } {
  const n = runs * size;
  const ofRun = Array.from({ length: INPUTS }, () => series(random, runs));
  const hidden = series(random, runs);
  const runOf = (row: number) => Math.floor(row / size);
  return {
    data: {
      features: ofRun.map((_, input) => ({ name: `input_${input}` })),
      rows: Float64Array.from({ length: n * INPUTS }, (_, cell) => {
        const value = ofRun[cell % INPUTS]?.[runOf(Math.floor(cell / INPUTS))] as number;
        return value + 0.2 * normal(random);
      }),
      n,
      runs: Array.from({ length: n }, (_, row) => runOf(row)),
    },
    labels: Int32Array.from({ length: n }, (_, row) =>
      Number((hidden[runOf(row)] as number) + 0.3 * normal(random) > 0),
    ),
  };
}
