import { logisticLearner, treeLearner } from '../../src/rules/evaluation/learner.ts';
import { permutationTest } from '../../src/rules/evaluation/permutation.ts';
import { Random } from '../../src/statistics/random.ts';
import { inputs, partition } from './corpora.ts';
import { beta, type Sizes, uniformityOf } from './draws.ts';
import { percent, type Section } from './table.ts';

/** Rows, rows a run, mean of the label and how alike the labels of a run are. */
const DESIGNS: readonly (readonly [string, number, Sizes, number, number])[] = [
  ['one row a run', 60, 1, 0.6, 0],
  ['one row a run, one label rare', 60, 1, 0.85, 0],
  ['runs of 1 to 18', 300, '1–18', 0.6, 0],
  ['runs of 1 to 18, labels alike', 300, '1–18', 0.7, 0.5],
  ['runs of 4, labels nearly one a run', 160, 4, 0.6, 0.9],
];

/** Permutation p-values where labels do not depend on inputs: are they uniform? */
export function pValues(seed: string, corpora: number): Section {
  const learners = [
    ['tree', treeLearner(3)],
    ['logistic', logisticLearner],
  ] as const;
  let least = 1;
  const rows = DESIGNS.flatMap(([title, n, kind, mean, alike]) =>
    learners.map(([name, learner]) => {
      const found: number[] = [];
      for (let corpus = 0; corpus < corpora; corpus += 1) {
        const own = `${seed}/${title}/${corpus}`;
        const random = new Random(own);
        const sizes = partition(random, n, kind);
        const data = inputs(random, sizes, 4);
        const labels = Int32Array.from(
          sizes.flatMap((size) => {
            const chance = beta(random, mean, alike);
            return Array.from({ length: size }, () => Number(random.unit() < chance));
          }),
        );
        const options = { seed: `${own}/${name}`, permutations: 99, maxRows: 1000 };
        const test = permutationTest(data, labels, 2, learner, options);
        // One of so many steps stands for the step below it.
        if (test) found.push(test.p_value - random.unit() / (1 + test.permutations));
      }
      const uniformity = uniformityOf(found);
      // A shift puts parts of two runs together, where runs are of unequal sizes: labels that are alike within a run are
      // so no longer, and p is a little too small.
      const isBroken = alike > 0 && typeof kind !== 'number';
      if (!isBroken) least = Math.min(least, uniformity);
      const below = (limit: number) => percent(found.filter((p) => p <= limit).length / found.length);
      return [title, name, found.length, below(0.01), below(0.05), below(0.5), uniformity.toFixed(3)];
    }),
  );
  return {
    title: 'Permutation p-values of labels independent of inputs',
    columns: ['design', 'rule', 'corpora', 'p ≤ 0.01', 'p ≤ 0.05', 'p ≤ 0.5', 'Kolmogorov–Smirnov p'],
    rows,
    findings: [
      {
        text: `uniform, but for labels alike in runs of unequal sizes: every other p above 0.01 (least: ${least.toFixed(3)})`,
        holds: least > 0.01,
      },
    ],
  };
}
