import { extent, sum } from 'd3-array';
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
    const byRun = groups.map((rows) => rows.map((row) => values[row * width + feature] as number));
    const third = (part: number) => byRun.filter((_, run) => thirdOf(run, byRun.length) === part);
    return {
      input: name,
      missing: missingIn(byRun) ?? 0,
      missing_by_third: [0, 1, 2].map((part) => missingIn(third(part))),
      missing_in_last_run: missingIn(byRun.slice(-1)) ?? 0,
      ...findingOf(byRun, levels === undefined),
    };
  });
}

/** Null for no rows. */
function missingIn(byRun: readonly (readonly number[])[]): number | null {
  const rows = sum(byRun, (run) => run.length);
  return rows === 0 ? null : sum(byRun, (run) => run.filter(Number.isNaN).length) / rows;
}

/** Whether the newest runs lack the input, hold one value alone, or values far outside of those before. */
function findingOf(
  byRun: readonly (readonly number[])[],
  isNumber: boolean,
): Pick<InputHealth, 'finding' | 'runs_of_finding'> {
  const present = byRun.map((run) => run.filter((value) => !Number.isNaN(value)));
  const vanished = streakOf(present, (run) => run.length === 0);
  if (vanished > 0) return { finding: 'vanished', runs_of_finding: vanished };
  if (!isNumber) return { finding: null, runs_of_finding: null };
  const [last = Number.NaN] = present.at(-1) ?? [];
  const constant = streakOf(present, (run) => run.length > 0 && run.every((value) => value === last));
  if (constant > 0 && hasMany(present.slice(0, -constant))) {
    return { finding: 'constant', runs_of_finding: constant };
  }
  const earlier = present.slice(0, -1).flat();
  const [least = 0, most = 0] = extent(earlier);
  const span = most - least;
  const isFar = (value: number) => value < least - span || value > most + span;
  const newest = present.at(-1) ?? [];
  const shifted = newest.length > 1 && newest.every(isFar) && hasMany([earlier]);
  return shifted ? { finding: 'shifted', runs_of_finding: 1 } : { finding: null, runs_of_finding: null };
}

/** How many of the newest runs in a row are so; 0 where that is no wonder. */
function streakOf(runs: readonly (readonly number[])[], isSo: (run: readonly number[]) => boolean): number {
  const streak = runs.length - 1 - runs.findLastIndex((run) => !isSo(run));
  const before = runs.slice(0, runs.length - streak);
  const often = (before.filter(isSo).length + 1) / (before.length + 2);
  return before.length > 0 && often ** streak < CHANCE ? streak : 0;
}

function hasMany(runs: readonly (readonly number[])[]): boolean {
  return new Set(runs.flat()).size >= MANY_VALUES;
}
