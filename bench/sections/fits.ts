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
  return {
    title: 'Fits alone',
    parts: [
      'A classification tree of depth 3, three classes; the best of three fits.',
      table(['rows × columns', 'fit', 'ms', '÷ scikit-learn', 'match'], rows, 2),
    ],
    bars: [],
  };
}

function ms({ seconds }: Fit): string {
  return figure(seconds * 1000);
}

async function fitOf(command: string, [file = '', ...args]: readonly string[]): Promise<Fit> {
  return JSON.parse(await run(command, [join(import.meta.dirname, '..', 'fits', file), ...args]));
}
