import type { GroupedRows } from '../../src/rules/evaluation/cross-validate.ts';
import type { Random } from '../../src/statistics/random.ts';
import { clustersOf, type Sizes, sizesOf } from './draws.ts';

/** Rows of uniform inputs, the first of them the same throughout a run, in runs of given sizes. */
export function inputs(random: Random, sizes: readonly number[], width: number): GroupedRows {
  const runs = clustersOf(sizes);
  const ofRun = sizes.map(() => random.unit());
  const rows = new Float64Array(runs.length * width);
  for (const [row, run] of runs.entries()) {
    for (let input = 0; input < width; input += 1) {
      rows[row * width + input] = input === 0 ? (ofRun[run] as number) : random.unit();
    }
  }
  const features = Array.from({ length: width }, (_, input) => ({ name: `input_${input}` }));
  return { features, rows, n: runs.length, runs };
}

/** Run sizes of one kind that together hold exactly `rows` rows. */
export function partition(random: Random, rows: number, kind: Sizes): number[] {
  const sizes: number[] = [];
  for (let left = rows; left > 0; ) {
    const size = Math.min(left, sizesOf(random, 1, kind)[0] as number);
    sizes.push(size);
    left -= size;
  }
  return sizes;
}

/** Labels 0 and 1 with exactly `share` of ones where that divides, in random order. */
export function noise(random: Random, n: number, share: number): Int32Array {
  const labels = Array.from({ length: n }, (_, row) => Number(row < Math.round(n * share)));
  random.shuffle(labels);
  return Int32Array.from(labels);
}

/** Rules to be found, by the number of questions they ask. */
export const RULES = {
  'one question': (at: (input: number) => number) => at(1) > 0.6,
  'two questions': (at: (input: number) => number) => (at(1) > 0.5 ? at(2) > 0.3 : at(3) > 0.8),
};

/** Labels by a rule, of which a share is turned round at random. */
export function planted(
  random: Random,
  { rows, n, features }: GroupedRows,
  rule: keyof typeof RULES,
  noisy: number,
): Int32Array {
  const width = features.length;
  return Int32Array.from({ length: n }, (_, row) => {
    const label = RULES[rule]((input) => rows[row * width + input] as number);
    return Number(random.unit() < noisy ? !label : label);
  });
}
