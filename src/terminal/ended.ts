import type { Envelope, FoundSummary } from '../results/found.ts';

/** What is shown of a run that has ended: its envelope, the summary whole where there is one. */
export type Ended = Omit<Envelope, 'run_id' | 'truncated'>;

/** Whatever the summary of a job may have. */
export type AnySummary = AnyOf<FoundSummary>;

type AnyOf<Union> = {
  readonly [Key in KeyOf<Union>]?: Union extends { readonly [key in Key]?: infer Value } ? Value : never;
};
type KeyOf<Union> = Union extends unknown ? keyof Union : never;

/** How many items a list has, of which a summary may have but the number, or the first. */
export function lengthOf(list: Listed | undefined): number {
  if (list === undefined) return 0;
  if (typeof list === 'number') return list;
  return 'count' in list ? list.count : list.length;
}

type Listed = number | readonly unknown[] | { readonly count: number };
