import { evaluateRules } from '../../src/rules/evaluation/evaluate.ts';
import { levelOf } from '../../src/rules/evaluation/fit-rules.ts';
import { exactLearner, logisticLearner, treeLearner } from '../../src/rules/evaluation/learner.ts';
import { Random } from '../../src/statistics/random.ts';
import { inputs, planted } from './corpora.ts';
import { type Sizes, sizesOf } from './draws.ts';
import { percent, type Section } from './table.ts';

const OPTIONS = { threshold: 0.85, margin: 0.2, level: 0.95 };
const RUNS = [12, 20, 40, 80];
const SIZES: readonly Sizes[] = [1, 9, 18, '1–50'];

/** A rule that three kinds of rule find, with as much noise as leaves a match exactly at the threshold: explained? */
export function atThreshold(seed: string, corpora: number): Section {
  let [most, mostOfAny] = [0, 0];
  const rows = RUNS.flatMap((runs) =>
    SIZES.map((kind) => {
      const count = { tree: 0, any: 0 };
      for (let corpus = 0; corpus < corpora; corpus += 1) {
        const name = `${seed}/${runs}/${kind}/${corpus}`;
        const random = new Random(name);
        const data = inputs(random, sizesOf(random, runs, kind), 5);
        const labels = planted(random, data, 'one question', 1 - OPTIONS.threshold);
        const specs = [
          { name: 'tree', learner: treeLearner(1) },
          { name: 'exact', learner: exactLearner(1, 1e6), level: levelOf('exact', OPTIONS.level) },
          { name: 'logistic', learner: logisticLearner, level: levelOf('logistic', OPTIONS.level) },
        ];
        const { rules } = evaluateRules(data, labels, 2, specs, { ...OPTIONS, seed: name });
        const verdicts = Object.values(rules).map(({ verdict }) => verdict === 'explained');
        count.tree += Number(verdicts[0]);
        count.any += Number(verdicts.includes(true));
      }
      most = Math.max(most, count.tree / corpora);
      mostOfAny = Math.max(mostOfAny, count.any / corpora);
      return [runs, kind, percent(count.tree / corpora), percent(count.any / corpora)];
    }),
  );
  return {
    title: `A true match of at most 0.85, the threshold, ${corpora} corpora a line`,
    columns: ['runs', 'rows a run', 'tree explained', 'any of three rules explained'],
    rows,
    findings: [
      {
        text: `the tree is explained in at most 4.5 % of any line (${percent(most)}; any rule ${percent(mostOfAny)})`,
        holds: most <= 0.045,
      },
    ],
  };
}
