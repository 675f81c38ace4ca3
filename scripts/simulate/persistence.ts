import type { GroupedRows } from '../../src/rules/evaluation/cross-validate.ts';
import { evaluateRules, type RuleSpec } from '../../src/rules/evaluation/evaluate.ts';
import { levelOf } from '../../src/rules/evaluation/fit-rules.ts';
import { exactLearner, logisticLearner, treeLearner } from '../../src/rules/evaluation/learner.ts';
import { Random } from '../../src/statistics/random.ts';
import { clustersOf, normal, type Sizes, sizesOf } from './draws.ts';
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

const UNEQUAL = '1–50';
const SHAPES: readonly (readonly [number, Sizes])[] = [
  [40, 9],
  [60, 5],
  [120, 1],
  [40, UNEQUAL],
];

const TREE: RuleSpec = {
  name: 'tree',
  learner: treeLearner(3),
  permutation: { permutations: 39, maxRows: 300 },
};
/** Looked at where runs are of unequal sizes. */
const OTHERS: readonly RuleSpec[] = [
  { name: 'exact', learner: exactLearner(3, 1e6), level: levelOf('exact', OPTIONS.level) },
  { name: 'logistic', learner: logisticLearner, level: levelOf('logistic', OPTIONS.level) },
];

/** Inputs and labels that persist in time and have nothing to do with each other: is one said to explain the other? */
export function persistence(seed: string, corpora: number): Section {
  let [most, mostOfAny] = [0, 0];
  const rows = DESIGNS.flatMap(([title, series]) =>
    SHAPES.map(([runs, kind]) => {
      const count = { explained: 0, any: 0, block: 0, forward: 0, small: 0, tested: 0 };
      for (let corpus = 0; corpus < corpora; corpus += 1) {
        const name = `${seed}/${title}/${runs}/${corpus}`;
        const { data, labels } = corpusOf(new Random(name), series, runs, kind);
        if (new Set(labels).size < 2) continue;
        const specs = kind === UNEQUAL ? [TREE, ...OTHERS] : [TREE];
        const { rules } = evaluateRules(data, labels, 2, specs, { ...OPTIONS, seed: name });
        const { tree } = rules;
        count.any += Number(Object.values(rules).some(({ verdict }) => verdict === 'explained'));
        count.explained += Number(tree?.verdict === 'explained');
        count.block += tree?.out_of_sample?.match_rate ?? 0;
        count.forward += tree?.walk_forward?.match_rate ?? 0;
        count.small += Number((tree?.permutation?.p_value ?? 1) <= 0.05);
        count.tested += 1;
      }
      const { explained, any, block, forward, small, tested } = count;
      most = Math.max(most, explained / corpora);
      mostOfAny = Math.max(mostOfAny, any / corpora);
      return [
        title,
        runs,
        kind,
        (block / tested).toFixed(2),
        (forward / tested).toFixed(2),
        percent(small / tested),
        percent(explained / corpora),
        kind === UNEQUAL ? percent(any / corpora) : '–',
      ];
    }),
  );
  return {
    title: `Inputs and labels that persist apart from each other, ${corpora} corpora a line`,
    columns: [
      'design',
      'runs',
      'rows a run',
      'match',
      'walk forward',
      'p ≤ 0.05',
      'tree explained',
      'any of three rules',
    ],
    rows,
    findings: [
      {
        text: `the tree is explained in at most 2 % of any line (${percent(most)}; any rule ${percent(mostOfAny)})`,
        holds: most <= 0.02,
      },
    ],
  };
}

function corpusOf(
  random: Random,
  series: Series,
  runs: number,
  kind: Sizes,
): { readonly data: GroupedRows; readonly labels: Int32Array } {
  const ofRow = clustersOf(sizesOf(random, runs, kind));
  const n = ofRow.length;
  const ofRun = Array.from({ length: INPUTS }, () => series(random, runs));
  const hidden = series(random, runs);
  const runOf = (row: number) => ofRow[row] as number;
  return {
    data: {
      features: ofRun.map((_, input) => ({ name: `input_${input}` })),
      rows: Float64Array.from({ length: n * INPUTS }, (_, cell) => {
        const value = ofRun[cell % INPUTS]?.[runOf(Math.floor(cell / INPUTS))] as number;
        return value + 0.2 * normal(random);
      }),
      n,
      runs: ofRow,
    },
    labels: Int32Array.from({ length: n }, (_, row) =>
      Number((hidden[runOf(row)] as number) + 0.3 * normal(random) > 0),
    ),
  };
}
