import { sort, sum } from 'd3-array';
import type { Analysis } from '../results/analysis.ts';

/** Classes that are shown by themselves; those beyond are put together. */
const MAX_CLASSES = 8;

/** The classes that are shown, commonest first. */
export type ShownClasses = ReturnType<typeof classesOf>;

export function classesOf({ classes }: Pick<Analysis, 'classes'>) {
  /** Indices into the file's classes. */
  const shown = sort(classes.keys(), (index) => -(classes[index]?.n ?? 0)).slice(0, MAX_CLASSES);
  return {
    shown,
    others: classes.length - shown.length,
    labelOf: (index: number) => classes[index]?.label ?? '–',
  };
}

/** Numbers by class as those of the classes shown, with the sum of all others last when there are any. */
export function grouped(counts: readonly number[], { shown, others }: ShownClasses): readonly number[] {
  const own = shown.map((index) => counts[index] ?? 0);
  return others > 0 ? [...own, sum(counts) - sum(own)] : own;
}
