import type { Design } from '../results/fitted-rules.ts';

/** One input of a decision: a number, or one of `levels`, held as its index. */
export interface FeatureSpec {
  readonly name: string;
  readonly levels?: readonly string[];
  /** What an evaluation makes of it besides: parts by regime, and whether the rule does without the agent's output. */
  readonly role?: 'regime' | 'own_output';
}

/** Learns the design of `n` training rows, row-major n × features, NaN for missing. A missing number becomes the median
 * of the others, never zero. A column of its own says that it was missing. */
export function fitDesign(specs: readonly FeatureSpec[], rows: Float64Array, n: number): Design {
  const columns: Design['columns'][number][] = [];
  const omitted: string[] = [];
  for (const [feature, { name, levels }] of specs.entries()) {
    const present = presentValues(rows, n, specs.length, feature);
    if (present.length === 0) {
      omitted.push(name);
      continue;
    }
    if (levels) {
      for (const [code, level] of levels.entries()) {
        columns.push({ name: `${name}=${level}`, feature, kind: 'level', level, code });
      }
    } else {
      columns.push({ name, feature, kind: 'number', impute: medianOf(present) });
    }
    if (present.length < n) columns.push({ name: `${name}__missing`, feature, kind: 'missing' });
  }
  return { features: specs.map(({ name }) => name), columns, omitted };
}

interface Designed {
  readonly design: Design;
  readonly columns: readonly Float64Array[];
}

/** Made before, by the rows: several labels of the same rows are fitted. */
const known = new WeakMap<Float64Array, Designed>();

/** The design of rows, and their columns under it. Both are made once for an array of rows, which must not change. */
export function designOf(specs: readonly FeatureSpec[], rows: Float64Array, n: number): Designed {
  const before = known.get(rows);
  if (before) return before;
  const design = fitDesign(specs, rows, n);
  const made = { design, columns: applyDesign(design, rows, n) };
  known.set(rows, made);
  return made;
}

/** The columns of `n` rows (row-major n × features) under a design, each of length n: those of `designOf` where it made
 * the design of these rows. */
export function applyDesign(design: Design, rows: Float64Array, n: number): readonly Float64Array[] {
  const before = known.get(rows);
  if (before?.design === design) return before.columns;
  const width = design.features.length;
  return design.columns.map((column) => {
    const values = new Float64Array(n);
    for (let row = 0; row < n; row += 1) {
      values[row] = columnValue(column, rows[row * width + column.feature] as number);
    }
    return values;
  });
}

function columnValue(column: Design['columns'][number], value: number): number {
  switch (column.kind) {
    case 'number':
      return Number.isNaN(value) ? column.impute : value;
    case 'level':
      return value === column.code ? 1 : 0;
    case 'missing':
      return Number.isNaN(value) ? 1 : 0;
  }
}

function presentValues(rows: Float64Array, n: number, width: number, feature: number): Float64Array {
  const values = new Float64Array(n);
  let count = 0;
  for (let row = 0; row < n; row += 1) {
    const value = rows[row * width + feature] as number;
    if (!Number.isNaN(value)) values[count++] = value;
  }
  return values.subarray(0, count);
}

function medianOf(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
