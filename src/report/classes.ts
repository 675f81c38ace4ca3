import type { Analysis } from '../results/analysis.ts';

/** Classes that are shown by themselves; those beyond are put together. */
const MAX_CLASSES = 8;

/** The classes that are shown, commonest first. */
export interface ShownClasses {
  /** Indices into the file's classes. */
  readonly shown: readonly number[];
  readonly others: number;
  labelOf(index: number): string;
  /** Place of a class among those shown; `others` come last. */
  placeOf(index: number): number;
}

export function classesOf({ classes }: Pick<Analysis, 'classes'>): ShownClasses {
  const byNumber = classes
    .map((_, index) => index)
    .sort((a, b) => (classes[b]?.n ?? 0) - (classes[a]?.n ?? 0));
  const shown = byNumber.slice(0, MAX_CLASSES);
  const places = new Map(shown.map((index, place) => [index, place]));
  return {
    shown,
    others: classes.length - shown.length,
    labelOf: (index) => classes[index]?.label ?? '–',
    placeOf: (index) => places.get(index) ?? shown.length,
  };
}

/** Sums numbers by class into those shown, with all others last when there are any. */
export function grouped(
  counts: readonly number[],
  { shown, others, placeOf }: ShownClasses,
): readonly number[] {
  const sums = new Array<number>(shown.length + (others > 0 ? 1 : 0)).fill(0);
  for (const [index, n] of counts.entries()) {
    const place = placeOf(index);
    if (place < sums.length) sums[place] = (sums[place] ?? 0) + n;
  }
  return sums;
}
