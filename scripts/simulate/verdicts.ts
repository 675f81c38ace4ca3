import { evaluateRules } from '../../src/rules/evaluation/evaluate.ts';
import { logisticLearner, treeLearner } from '../../src/rules/evaluation/learner.ts';
import { Random } from '../../src/statistics/random.ts';
import { inputs, noise, partition, planted, RULES } from './corpora.ts';
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

/** Rows a run, and runs with which a rule with 5 % noise is found out to be one. */
const ENOUGH: readonly (readonly [Sizes, number])[] = [
  [18, 30],
  [9, 40],
  ['1–18', 60],
  [4, 120],
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
        const candidates = [
          { name: 'tree', learner: TREE },
          { name: 'logistic', learner: logisticLearner },
        ];
        const { tree, logistic } = evaluateRules(data, labels, 2, candidates, {
          ...OPTIONS,
          seed: name,
        }).rules;
        count.inSample += Number((tree?.in_sample.match_rate ?? 0) > OPTIONS.threshold);
        count.tree += Number(tree?.verdict === 'explained');
        count.logistic += Number(logistic?.verdict === 'explained');
        count.control += Number(tree?.negative_control.verdict === 'explained');
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

/** A planted rule with 5 % noise: how often is it said to explain the labels? */
export function trueVerdicts(seed: string, corpora: number): Section {
  const rules = Object.keys(RULES) as (keyof typeof RULES)[];
  const lines = rules.flatMap((rule) =>
    ([1, 4, 9, '1–18', 18] as Sizes[]).flatMap((kind) =>
      [20, 30, 40, 60, 120].map((runs) => plantedLine(seed, corpora, { rule, kind, runs })),
    ),
  );
  return {
    title: `A planted rule with 5 % noise, ${corpora} corpora a line`,
    columns: [
      'rule',
      'rows a run',
      'runs',
      'out-of-sample match',
      'explained',
      'not explained',
      'inconclusive',
      'runs needed (median)',
    ],
    rows: lines.map(({ cells }) => cells),
    findings: ENOUGH.map(([kind, least]) => {
      const own = lines.filter((line) => line.kind === kind && line.runs >= least);
      const power = Math.min(...own.map((line) => line.power));
      return {
        text: `explained in at least 95 % from ${least} runs of ${kind} rows on (least: ${percent(power)})`,
        holds: power >= 0.95,
      };
    }),
  };
}

interface Planting {
  readonly rule: keyof typeof RULES;
  readonly kind: Sizes;
  readonly runs: number;
}

function plantedLine(seed: string, corpora: number, { rule, kind, runs }: Planting) {
  const count = { explained: 0, not_explained: 0, inconclusive: 0 };
  let match = 0;
  const needed: number[] = [];
  for (let corpus = 0; corpus < corpora; corpus += 1) {
    const name = `${seed}/${rule}/${runs}/${kind}/${corpus}`;
    const random = new Random(name);
    const data = inputs(random, sizesOf(random, runs, kind), 5);
    const labels = planted(random, data, rule, 0.05);
    const candidates = [{ name: 'tree', learner: TREE }];
    const { tree } = evaluateRules(data, labels, 2, candidates, { ...OPTIONS, seed: name }).rules;
    if (!tree) continue;
    count[tree.verdict] += 1;
    match += tree.out_of_sample?.match_rate ?? 0;
    if (tree.runs_needed !== null) needed.push(tree.runs_needed);
  }
  needed.sort((one, other) => one - other);
  const shares = Object.values(count).map((found) => percent(found / corpora));
  const median = needed[needed.length >> 1];
  const cells = [rule, kind, runs, (match / corpora).toFixed(3), ...shares, median ?? '–'];
  return { cells, rule, runs, kind, power: count.explained / corpora };
}
