import { rollup, sum } from 'd3-array';
import { append } from '../../shared/tally.ts';
import type { Random } from '../../statistics/random.ts';

/** Labels as they might have been, were they independent of the inputs: shuffled within each run where they differ;
 * runs of a single label swap it with others of that many rows. `groups` are the rows of each run. */
export function permuteLabels(
  groups: readonly (readonly number[])[],
  labels: Int32Array,
  random: Random,
): Int32Array {
  const permuted = labels.slice();
  const { mixed, uniform } = splitRuns(groups, labels);
  for (const group of mixed) {
    const own = labelsOf(group, labels);
    random.shuffle(own);
    for (const [position, row] of group.entries()) permuted[row] = own[position] as number;
  }
  for (const alike of uniform) {
    const own = alike.map(([first]) => labels[first as number] as number);
    random.shuffle(own);
    for (const [position, group] of alike.entries()) {
      for (const row of group) permuted[row] = own[position] as number;
    }
  }
  return permuted;
}

/** The greatest match that can be had of permuted labels by knowing what a permutation leaves as it is: how often each
 * label occurs in a run, and in runs of a single label how many rows these have. */
export function preservedMatch(groups: readonly (readonly number[])[], labels: Int32Array): number {
  const { mixed, uniform } = splitRuns(groups, labels);
  const exchanging = [...mixed, ...uniform.map((alike) => alike.flat())];
  const commonest = (rows: readonly number[]) =>
    Math.max(
      ...rollup(
        labelsOf(rows, labels),
        ({ length }) => length,
        (label) => label,
      ).values(),
    );
  return sum(exchanging, commonest) / labels.length;
}

/** Share of the rows that are in runs whose labels differ, or that can swap theirs for another. */
export function movableShare(groups: readonly (readonly number[])[], labels: Int32Array): number {
  const { mixed, uniform } = splitRuns(groups, labels);
  const exchanging = [...mixed, ...uniform.map((alike) => alike.flat())];
  const movable = exchanging.filter((rows) => new Set(labelsOf(rows, labels)).size > 1);
  return sum(movable, ({ length }) => length) / labels.length;
}

/** Runs whose labels differ; and runs of a single label, those of equally many rows together. */
function splitRuns(groups: readonly (readonly number[])[], labels: Int32Array) {
  const mixed: (readonly number[])[] = [];
  const uniform = new Map<number, (readonly number[])[]>();
  for (const group of groups) {
    const isUniform = group.every((row) => labels[row] === labels[group[0] as number]);
    if (isUniform) append(uniform, group.length, group);
    else mixed.push(group);
  }
  return { mixed, uniform: [...uniform.values()] };
}

function labelsOf(rows: readonly number[], labels: Int32Array): number[] {
  return rows.map((row) => labels[row] as number);
}
