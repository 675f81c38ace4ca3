import type { Design } from '../results/fitted-rules.ts';

/** One input of a decision: a number, or one of `levels`, held as its index. */
export interface FeatureSpec {
  readonly name: string;
  readonly levels?: readonly string[];
  /** What an evaluation makes of it besides: parts by regime, and whether the rule does without the agent's output. */
  readonly role?: 'regime' | 'own_output';
}

/** The columns that rules ask for: values by row, in the order of a design's columns. */
export type Columns = readonly Float64Array[];

/** The rows to take: which, or so many from the first on. */
type Chosen = Int32Array | number;

/** Learns the design of the chosen rows, row-major rows × features, NaN for missing. A missing number becomes the median
 * of the others, never zero. A column of its own says that it was missing. */
export function fitDesign(specs: readonly FeatureSpec[], rows: Float64Array, chosen: Chosen): Design {
  const columns: Design['columns'][number][] = [];
  const omitted: string[] = [];
  for (const [feature, { name, levels }] of specs.entries()) {
    const values = valuesOf(rows, specs.length, feature, chosen);
    const present = values.reduce((count, value) => count + Number(!Number.isNaN(value)), 0);
    if (present === 0) {
      omitted.push(name);
      continue;
    }
    if (levels) {
      for (const [code, level] of levels.entries()) {
        columns.push({ name: `${name}=${level}`, feature, kind: 'level', level, code });
      }
    } else {
      columns.push({ name, feature, kind: 'number', impute: medianOf(values, present) });
    }
    if (present < values.length) columns.push({ name: `${name}__missing`, feature, kind: 'missing' });
  }
  return { features: specs.map(({ name }) => name), columns, omitted };
}

/** Made before, by the rows: several labels of the same rows are fitted. */
const known = new WeakMap<Float64Array, { readonly design: Design; readonly columns: Columns }>();

/** The design of rows, and their columns under it. Both are made once for an array of rows, which must not change. */
export function designOf(specs: readonly FeatureSpec[], rows: Float64Array, n: number) {
  const before = known.get(rows);
  if (before) return before;
  const design = fitDesign(specs, rows, n);
  const made = { design, columns: applyDesign(design, rows, n) };
  known.set(rows, made);
  return made;
}

/** The columns of the chosen rows, row-major rows × features, under a design. */
export function applyDesign(design: Design, rows: Float64Array, chosen: Chosen): Columns {
  return design.columns.map((column) => {
    const values = valuesOf(rows, design.features.length, column.feature, chosen);
    if (column.kind === 'number') {
      return values.map((value) => (Number.isNaN(value) ? column.impute : value));
    }
    return column.kind === 'level'
      ? values.map((value) => Number(value === column.code))
      : values.map((value) => Number(Number.isNaN(value)));
  });
}

function valuesOf(rows: Float64Array, width: number, feature: number, chosen: Chosen): Float64Array {
  const all = typeof chosen === 'number';
  const values = new Float64Array(all ? chosen : chosen.length);
  for (let place = 0; place < values.length; place += 1) {
    const row = all ? place : (chosen[place] as number);
    values[place] = rows[row * width + feature] as number;
  }
  return values;
}

/** The median of the `present` ones, for which all are sorted: NaN comes last. */
function medianOf(values: Float64Array, present: number): number {
  values.sort();
  const middle = present >> 1;
  const upper = values[middle] as number;
  return present % 2 === 1 ? upper : ((values[middle - 1] as number) + upper) / 2;
}
