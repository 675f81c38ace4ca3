import type { Random } from '../../statistics/random.ts';

/** Labels as they might have been, were they independent of the inputs: shuffled within each run where they differ;
 * runs of a single label swap it with others of that many rows. `groups` are the rows of each run. */
export function permuteLabels(
  groups: readonly (readonly number[])[],
  labels: Int32Array,
  random: Random,
): Int32Array {
  const permuted = labels.slice();
  const uniform = new Map<number, (readonly number[])[]>();
  for (const group of groups) {
    const own = group.map((row) => labels[row] as number);
    if (isUniform(own)) {
      const alike = uniform.get(group.length);
      if (alike) alike.push(group);
      else uniform.set(group.length, [group]);
      continue;
    }
    random.shuffle(own);
    for (const [position, row] of group.entries()) permuted[row] = own[position] as number;
  }
  for (const alike of uniform.values()) {
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
  let matched = 0;
  const uniform = new Map<number, Map<number, number>>();
  for (const group of groups) {
    const own = group.map((row) => labels[row] as number);
    if (!isUniform(own)) {
      matched += Math.max(...countsOf(own).values());
      continue;
    }
    const alike = uniform.get(group.length) ?? new Map<number, number>();
    uniform.set(group.length, alike);
    alike.set(own[0] as number, (alike.get(own[0] as number) ?? 0) + group.length);
  }
  for (const alike of uniform.values()) matched += Math.max(...alike.values());
  return matched / labels.length;
}

function countsOf(labels: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function isUniform(labels: readonly number[]): boolean {
  return labels.every((label) => label === labels[0]);
}

/** Share of the rows that are in runs whose labels differ, or that can swap theirs for another. */
export function movableShare(groups: readonly (readonly number[])[], labels: Int32Array): number {
  let rows = 0;
  const uniform = new Map<number, { rows: number; readonly labels: Set<number> }>();
  for (const group of groups) {
    const own = group.map((row) => labels[row] as number);
    if (!isUniform(own)) {
      rows += group.length;
      continue;
    }
    const alike = uniform.get(group.length) ?? { rows: 0, labels: new Set() };
    uniform.set(group.length, alike);
    alike.rows += group.length;
    alike.labels.add(own[0] as number);
  }
  for (const alike of uniform.values()) if (alike.labels.size > 1) rows += alike.rows;
  return rows / labels.length;
}
