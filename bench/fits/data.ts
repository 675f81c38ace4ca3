import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../scripts/corpus/random.ts';
import { FOLDER } from '../corpus.ts';

/** A data set in files: `x` float64, row-major, and `y` int32, both little-endian. */
export interface DataSet {
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  readonly depth: number;
  readonly rowsOfRun: number;
  readonly x: string;
  readonly y: string;
}

const CLASSES = 3;
const DEPTH = 3;
/** Rows of one run, where runs matter. */
export const ROWS_OF_RUN = 10;
/** Share of labels that follow no rule. */
const NOISE = 0.1;

/** Rows whose class follows from three of their columns, but for noise; some columns have few values, as counts do. */
export function dataSet(rows: number, columns: number): DataSet {
  const folder = join(FOLDER, `fits-${rows}-${columns}`);
  const shape = { rows, columns, classes: CLASSES, depth: DEPTH, rowsOfRun: ROWS_OF_RUN };
  const set = { ...shape, x: join(folder, 'x'), y: join(folder, 'y') };
  if (existsSync(set.y)) return set;
  const random = new Random(`fits/${rows}/${columns}`);
  const x = new Float64Array(rows * columns);
  const y = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      x[row * columns + column] = column % 4 === 3 ? random.int(0, 9) : random.unit();
    }
    const [first = 0, second = 0, third = 0] = x.subarray(row * columns);
    const truth = first < 0.5 ? Number(second < 0.4) : third < 0.7 ? 2 : 0;
    y[row] = random.chance(NOISE) ? random.int(0, CLASSES - 1) : truth;
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(set.x, x);
  writeFileSync(set.y, y);
  return set;
}
