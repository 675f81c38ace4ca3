import { evaluateRules } from '../../src/rules/evaluation/evaluate.ts';
import { rowsByRun } from '../../src/rules/evaluation/folds.ts';
import { logisticLearner, treeLearner } from '../../src/rules/evaluation/learner.ts';
import { Random } from '../../src/statistics/random.ts';
import { inputs, partition, planted } from './corpora.ts';
import type { Sizes } from './draws.ts';
import type { Section } from './table.ts';

/** Rows, rows a run and inputs of subjects such as those of a corpus of 32,740 artifacts. */
const SUBJECTS: readonly (readonly [number, Sizes, number, number])[] = [
  [30, 1, 10, 1],
  [240, 6, 10, 4],
  [500, '1–18', 12, 2],
  [2_000, '1–18', 12, 4],
  [5_000, 18, 12, 1],
  [5_000, 100, 12, 1],
  [28_000, 1, 10, 1],
  [3_000, 1, 8, 3],
];

/** CPU seconds for everything that is said of tree and logistic regression, by subject. */
export function cost(seed: string): Section {
  let all = 0;
  const rows = SUBJECTS.map(([n, kind, width, times]) => {
    const random = new Random(`${seed}/${n}`);
    const data = inputs(random, partition(random, n, kind), width);
    const labels = planted(random, data, 'two questions', 0.1);
    const started = process.cpuUsage();
    const specs = [
      { name: 'tree', learner: treeLearner(3), permutation: { permutations: 199, maxRows: 1000 } },
      { name: 'logistic', learner: logisticLearner, permutation: { permutations: 99, maxRows: 500 } },
    ];
    const options = { seed, threshold: 0.85, margin: 0.2, level: 0.95 };
    const found = evaluateRules(data, labels, 2, specs, options);
    const { user, system } = process.cpuUsage(started);
    const seconds = (user + system) / 1e6;
    all += seconds * times;
    return [n, rowsByRun(data.runs).length, width, found.folds.count, times, seconds.toFixed(2)];
  });
  // Two threads take two subjects at a time.
  const wall = all / 2;
  return {
    title: 'Cost',
    columns: ['rows', 'runs', 'inputs', 'folds', 'subjects like it', 'CPU seconds each'],
    rows,
    findings: [
      {
        text: `all of them on two threads in at most 30 s (${wall.toFixed(1)} s)`,
        holds: wall <= 30,
      },
    ],
  };
}
