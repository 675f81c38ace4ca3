import { max, min, sum } from 'd3-array';
import type { InputHealth } from '../results/analysis.ts';
import type { FeatureSpec } from './design.ts';
import { rowsByRun } from './evaluation/folds.ts';
import { thirdOf } from './evaluation/parts.ts';

/** A streak of runs is told when it had a smaller chance, by how often such runs occurred before. */
const CHANCE = 0.003;
/** Fewer different numbers may stand still, and come back, by nature. */
const MANY_VALUES = 10;

interface HealthRows {
  readonly features: readonly FeatureSpec[];
  /** Row-major, rows × features; NaN is missing. */
  readonly values: Float64Array;
  /** Run number of each row; numbers ascend in time. */
  readonly runs: ArrayLike<number>;
}

/** Of each input: how much of it is missing, by parts of the window, and what is wrong with its newest runs. */
export function inputHealth({ features, values, runs }: HealthRows): InputHealth[] {
  const groups = rowsByRun(runs);
  const width = features.length;
  return features.map(({ name, levels }, feature) => {
    const present = groups.map((rows) => {
      const known: number[] = [];
      for (const row of rows) {
        const value = values[row * width + feature] as number;
        if (!Number.isNaN(value)) known.push(value);
      }
      return known;
    });
    // Null for no rows.
    const missingIn = (isIn: (run: number) => boolean) => {
      const sizeOf = (run: readonly number[], index: number) => (isIn(index) ? run.length : 0);
      const rows = sum(groups, sizeOf);
      return rows === 0 ? null : (rows - sum(present, sizeOf)) / rows;
    };
    return {
      input: name,
      missing: missingIn(() => true) ?? 0,
      missing_by_third: [0, 1, 2].map((part) => missingIn((run) => thirdOf(run, groups.length) === part)),
      missing_in_last_run: missingIn((run) => run === groups.length - 1) ?? 0,
      ...findingOf(present, levels === undefined),
    };
  });
}

/** Whether the newest runs lack the input, hold one value alone, or values far outside of those before. */
function findingOf(
  present: readonly (readonly number[])[],
  isNumber: boolean,
): Pick<InputHealth, 'finding' | 'runs_of_finding'> {
  const vanished = streakOf(present, (run) => run.length === 0);
  if (vanished > 0) return { finding: 'vanished', runs_of_finding: vanished };
  if (!isNumber) return { finding: null, runs_of_finding: null };
  const [last = Number.NaN] = present.at(-1) ?? [];
  const constant = streakOf(present, (run) => run.length > 0 && run.every((value) => value === last));
  if (constant > 0 && hasMany(present.slice(0, -constant))) {
    return { finding: 'constant', runs_of_finding: constant };
  }
  const earlier = present.slice(0, -1);
  const least = min(earlier, (run) => min(run)) ?? 0;
  const most = max(earlier, (run) => max(run)) ?? 0;
  const span = most - least;
  const isFar = (value: number) => value < least - span || value > most + span;
  const newest = present.at(-1) ?? [];
  const shifted = newest.length > 1 && newest.every(isFar) && hasMany(earlier);
  return shifted ? { finding: 'shifted', runs_of_finding: 1 } : { finding: null, runs_of_finding: null };
}

/** How many of the newest runs in a row are so; 0 where that is no wonder. */
function streakOf(runs: readonly (readonly number[])[], isSo: (run: readonly number[]) => boolean): number {
  const streak = runs.length - 1 - runs.findLastIndex((run) => !isSo(run));
  if (streak === 0) return 0;
  const before = runs.slice(0, runs.length - streak);
  const often = (before.filter(isSo).length + 1) / (before.length + 2);
  return before.length > 0 && often ** streak < CHANCE ? streak : 0;
}

function hasMany(runs: readonly (readonly number[])[]): boolean {
  return new Set(runs.flat()).size >= MANY_VALUES;
}
