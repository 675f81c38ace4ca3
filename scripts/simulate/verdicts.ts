import { applyDesign, fitDesign } from '../../src/rules/design.ts';
import { scoresOf } from '../../src/rules/evaluation/confusion.ts';
import type { GroupedRows } from '../../src/rules/evaluation/cross-validate.ts';
import { evaluateRules } from '../../src/rules/evaluation/evaluate.ts';
import { logisticLearner, treeLearner } from '../../src/rules/evaluation/learner.ts';
import { Random } from '../../src/statistics/random.ts';
import { inputs, noise, partition, planted } from './corpora.ts';
import { type Sizes, sizesOf } from './draws.ts';
import { percent, type Section } from './table.ts';

const OPTIONS = { threshold: 0.85, margin: 0.2, level: 0.95 };
const TREE = treeLearner(3);
/** Rows, and share of the commonest label, of docs/statistics.md's table of what the original reports on noise. */
const NOISE = [
  [10, 0.5],
  [20, 0.5],
  [20, 0.7],
  [30, 0.5],
  [30, 0.7],
  [60, 0.7],
  [60, 0.8],
  [120, 0.8],
  [500, 0.5],
  [500, 0.8],
  [500, 0.85],
] as const;

/** Runs, rows a run, share of labels turned round, and how often the rule must be found. */
const POWER: readonly (readonly [number, Sizes, number, number?])[] = [
  [15, 9, 0],
  [20, 9, 0, 0.93],
  [20, 9, 0.02],
  [20, 18, 0.02, 0.97],
  [30, 9, 0.02, 0.97],
  [30, 9, 0.05, 0.84],
  [40, 9, 0.05, 0.95],
  [40, 9, 0.1],
  [60, 5, 0.02, 0.97],
  [60, 5, 0.05, 0.88],
  [60, 1, 0],
  [120, 1, 0],
  [60, '1–50', 0.05],
];

/** Labels that do not depend on the inputs: how often is a rule said to explain them? */
export function falseVerdicts(seed: string, corpora: number): Section {
  let most = 0;
  const rows = NOISE.flatMap(([n, share]) =>
    ([1, '1–18'] as Sizes[]).map((kind) => {
      const count = { inSample: 0, tree: 0, logistic: 0, control: 0 };
      for (let corpus = 0; corpus < corpora; corpus += 1) {
        const name = `${seed}/${n}/${share}/${kind}/${corpus}`;
        const random = new Random(name);
        const data = inputs(random, partition(random, n, kind), 5);
        const labels = noise(random, n, share);
        const specs = [
          { name: 'tree', learner: TREE },
          { name: 'logistic', learner: logisticLearner },
        ];
        const { tree, logistic } = evaluateRules(data, labels, 2, specs, {
          ...OPTIONS,
          seed: name,
        }).rules;
        count.inSample += Number(matchInSample(data, labels) > OPTIONS.threshold);
        count.tree += Number(tree?.verdict === 'explained');
        count.logistic += Number(logistic?.verdict === 'explained');
        count.control += Number(tree?.negative_control?.verdict === 'explained');
      }
      most = Math.max(most, count.tree / corpora, count.logistic / corpora, count.control / corpora);
      const shares = Object.values(count).map((found) => percent(found / corpora));
      return [n, share, kind, ...shares];
    }),
  );
  return {
    title: `Labels independent of inputs, ${corpora} corpora a line`,
    columns: [
      'rows',
      'commonest label',
      'rows a run',
      'in-sample match above 0.85',
      'tree explained',
      'logistic explained',
      'negative control explained',
    ],
    rows,
    findings: [
      { text: `explained in at most 2 % of any line (most: ${percent(most)})`, holds: most <= 0.02 },
    ],
  };
}

/** A planted rule: how often is it said to explain the labels? */
export function trueVerdicts(seed: string, corpora: number): Section {
  const lines = POWER.map(([runs, kind, noisy, asked]) => {
    const count = { explained: 0, not_explained: 0, inconclusive: 0 };
    let match = 0;
    for (let corpus = 0; corpus < corpora; corpus += 1) {
      const name = `${seed}/${runs}/${kind}/${noisy}/${corpus}`;
      const random = new Random(name);
      const data = inputs(random, sizesOf(random, runs, kind), 5);
      const labels = planted(random, data, 'two questions', noisy);
      const specs = [{ name: 'tree', learner: TREE }];
      const { tree } = evaluateRules(data, labels, 2, specs, { ...OPTIONS, seed: name }).rules;
      if (!tree) continue;
      count[tree.verdict] += 1;
      match += tree.out_of_sample?.match_rate ?? 0;
    }
    const shares = Object.values(count).map((found) => percent(found / corpora));
    const power = count.explained / corpora;
    return { cells: [runs, kind, percent(noisy), (match / corpora).toFixed(3), ...shares], power, asked };
  });
  return {
    title: `A planted rule of two questions, ${corpora} corpora a line`,
    columns: ['runs', 'rows a run', 'noise', 'match', 'explained', 'not explained', 'inconclusive'],
    rows: lines.map(({ cells }) => cells),
    findings: lines.flatMap(({ cells: [runs, kind, noisy], power, asked }) =>
      asked === undefined
        ? []
        : [
            {
              text: `${runs} runs of ${kind} rows, noise ${noisy}: explained in at least ${percent(asked)} (${percent(power)})`,
              holds: power >= asked,
            },
          ],
    ),
  };
}

/** The share of its training rows that the tree reproduces. */
function matchInSample({ features, rows, n }: GroupedRows, labels: Int32Array): number {
  const columns = applyDesign(fitDesign(features, rows, n), rows, n);
  return scoresOf(TREE(columns)(labels, 2).at(-1)?.(columns, n) as Int32Array, labels, 2).match_rate;
}
