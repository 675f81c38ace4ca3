import { evaluateRules } from '../../src/rules/evaluation/evaluate.ts';
import { treeLearner } from '../../src/rules/evaluation/learner.ts';
import { missingForReplace } from '../../src/rules/evaluation/missing.ts';
import { Random } from '../../src/statistics/random.ts';
import { inputs, planted } from './corpora.ts';
import { percent, type Section } from './table.ts';

const OPTIONS = { threshold: 0.85, margin: 0.2, level: 0.95 };
const RARE = 2;
/** Share of the rows whose label is the rare one. */
const SHARE = 0.03;
/** A run is followed by no other that is decided by the old rule. */
const CHANGED = 0.8;

/** A rule of two questions; of an input of its own depends in which rows the label is a third one. */
export function rareLabels(seed: string, corpora: number): Section {
  const kinds = [
    { title: 'no input predicts it', caught: 0, most: 0.005 },
    { title: 'half of it is predictable', caught: 0.5, most: 0.02 },
    { title: 'all of it is predictable', caught: 1, most: 1 },
  ];
  let holds = true;
  const rows = kinds.flatMap(({ title, caught, most }) =>
    (
      [
        [40, 18],
        [60, 9],
      ] as const
    ).map(([runs, size]) => {
      const count = { match: 0, explained: 0, passed: 0 };
      for (let corpus = 0; corpus < corpora; corpus += 1) {
        const name = `${seed}/${title}/${runs}/${corpus}`;
        const random = new Random(name);
        const data = inputs(random, new Array<number>(runs).fill(size), 5);
        const labels = planted(random, data, 'one question', 0);
        for (let row = 0; row < data.n; row += 1) {
          const tells = (data.rows[row * 5 + 4] as number) < SHARE;
          const isRare = random.unit() < caught ? tells : random.unit() < SHARE;
          if (isRare) labels[row] = RARE;
        }
        const specs = [{ name: 'tree', learner: treeLearner(3) }];
        const { tree } = evaluateRules(data, labels, RARE + 1, specs, { ...OPTIONS, seed: name }).rules;
        if (!tree) continue;
        const recalls = tree.recalls.map((recall) => ({ ...recall, label: String(recall.label) }));
        const explained = tree.verdict === 'explained';
        const missing = missingForReplace(tree, recalls, OPTIONS.threshold);
        count.match += tree.out_of_sample?.match_rate ?? 0;
        count.explained += Number(explained);
        count.passed += Number(explained && missing.every(({ reason }) => !reason.startsWith('label')));
      }
      const passed = count.passed / corpora;
      holds &&= passed <= most;
      const shares = [count.explained / corpora, passed].map(percent);
      return [title, runs, size, (count.match / corpora).toFixed(3), ...shares];
    }),
  );
  return {
    title: `A label of ${percent(SHARE)} of the rows, ${corpora} corpora a line`,
    columns: ['rare label', 'runs', 'rows a run', 'match', 'explained', 'and every label is caught'],
    rows,
    findings: [
      {
        text: 'a label that no input predicts passes in none, one half predictable in at most 2 %',
        holds,
      },
    ],
  };
}

/** An agent that decides by another rule in the newest fifth of its runs. */
export function changes(seed: string, corpora: number): Section {
  let most = 0;
  const rows = (
    [
      [20, 18],
      [30, 9],
      [40, 9],
      [60, 5],
    ] as const
  ).map(([runs, size]) => {
    const count = { match: 0, explained: 0, untold: 0 };
    for (let corpus = 0; corpus < corpora; corpus += 1) {
      const name = `${seed}/${runs}/${corpus}`;
      const random = new Random(name);
      const data = inputs(random, new Array<number>(runs).fill(size), 5);
      const old = planted(random, data, 'two questions', 0);
      const labels = old.map((label, row) => {
        const isNew = Math.floor(row / size) >= CHANGED * runs;
        return isNew ? Number((data.rows[row * 5 + 2] as number) > 0.5) : label;
      });
      const specs = [{ name: 'tree', learner: treeLearner(3) }];
      const { tree } = evaluateRules(data, labels, 2, specs, { ...OPTIONS, seed: name }).rules;
      if (!tree) continue;
      const explained = tree.verdict === 'explained';
      count.match += tree.out_of_sample?.match_rate ?? 0;
      count.explained += Number(explained);
      const newest = tree.walk_forward?.newest.match_rate ?? 0;
      count.untold += Number(explained && newest >= OPTIONS.threshold);
    }
    const untold = count.untold / corpora;
    most = Math.max(most, untold);
    const shares = [count.explained / corpora, untold].map(percent);
    return [runs, size, (count.match / corpora).toFixed(3), ...shares];
  });
  return {
    title: `Another rule in the newest fifth of the runs, ${corpora} corpora a line`,
    columns: ['runs', 'rows a run', 'match', 'explained', 'and the newest fifth does not speak against it'],
    rows,
    findings: [{ text: `that passes in at most 8 % of any line (${percent(most)})`, holds: most <= 0.08 }],
  };
}
