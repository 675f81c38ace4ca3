import { join } from 'node:path';
import { run } from '../child.ts';
import { dataSet } from '../fits/data.ts';
import { PYTHON, pythonPackage } from '../python.ts';
import type { Report } from '../report.ts';
import { figure, table, whole } from '../table.ts';

const SIZES = [
  [2_000, 10],
  [100_000, 20],
] as const;

/** Rows and columns of the data sets that rules are evaluated on. */
const EVALUATED = [
  [500, 10],
  [5_000, 10],
] as const;

/** The trees of the program. */
const TREES = ['greedy', 'exact'] as const;

interface Fit {
  readonly seconds: number;
  /** Share of the rows that the tree reproduces. */
  readonly match: number;
}

/** Fits alone, in memory, each by a process of its own. */
export async function fits(quick: boolean): Promise<Report> {
  const sklearn = await pythonPackage('sklearn');
  const rows: (string | number)[][] = [];
  for (const [count, columns] of quick ? SIZES.slice(0, 1) : SIZES) {
    const set = dataSet(count, columns);
    const theirs = sklearn ? await fitOf(PYTHON, ['sklearn_tree.py', JSON.stringify(set)]) : undefined;
    const data = `${whole(count)} × ${columns}`;
    rows.push(
      theirs
        ? [data, `scikit-learn ${sklearn}`, ms(theirs), '1.00', theirs.match.toFixed(4)]
        : [data, 'scikit-learn: .venv has none', '–', '–', '–'],
    );
    for (const kind of TREES) {
      const ours = await fitOf(process.execPath, ['tree.ts', kind, JSON.stringify(set)]);
      const ratio = theirs ? figure(ours.seconds / theirs.seconds) : '–';
      rows.push([data, `ours, ${kind}`, ms(ours), ratio, ours.match.toFixed(4)]);
    }
  }
  const evaluations = sklearn ? await evaluated(quick) : [];
  const worst = Math.max(...evaluations.map(({ ratio }) => ratio));
  return {
    title: 'Fits alone',
    parts: [
      'A classification tree of depth 3, three classes; the best of three fits.',
      table(['rows × columns', 'fit', 'ms', '÷ scikit-learn', 'match'], rows, 2),
      'Evaluation of a tree and a logistic regression: five blocks, five steps forward, all of it on shifted labels as well, 199 and 99 permutations. Ours takes one thread, scikit-learn two processors (`n_jobs=2`).',
      table(
        ['rows × columns', 'scikit-learn, s', 'ours, s', '÷ scikit-learn', 'match, theirs', 'ours'],
        evaluations.map(({ cells }) => cells),
      ),
    ],
    bars: [
      {
        what: 'evaluation alone ÷ scikit-learn for the same work',
        wanted: '≤ 0.25',
        measured: sklearn ? figure(worst) : '–',
        met: sklearn ? worst <= 0.25 : undefined,
      },
    ],
  };
}

async function evaluated(quick: boolean) {
  const found = [];
  for (const [count, columns] of quick ? EVALUATED.slice(0, 1) : EVALUATED) {
    const set = JSON.stringify(dataSet(count, columns));
    const theirs = await fitOf(PYTHON, ['sklearn_evaluation.py', set]);
    const ours = await fitOf(process.execPath, ['evaluation.ts', set]);
    const ratio = ours.seconds / theirs.seconds;
    const times = [theirs.seconds, ours.seconds, ratio].map(figure);
    const cells = [`${whole(count)} × ${columns}`, ...times, theirs.match.toFixed(4), ours.match.toFixed(4)];
    found.push({ ratio, cells });
  }
  return found;
}

function ms({ seconds }: Fit): string {
  return figure(seconds * 1000);
}

async function fitOf(command: string, [file = '', ...args]: readonly string[]): Promise<Fit> {
  return JSON.parse(await run(command, [join(import.meta.dirname, '..', 'fits', file), ...args]));
}
