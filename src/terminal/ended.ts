import type { Envelope, FoundSummary } from '../results/found.ts';

/** What is shown of a run that has ended: its envelope, the summary whole where there is one. */
export type Ended = Omit<Envelope, 'run_id' | 'truncated'>;

/** Whatever the summary of a job may have. */
export type AnySummary = AnyOf<FoundSummary>;

/** Whatever one of these may have. */
export type AnyOf<Union> = {
  readonly [Key in KeyOf<Union>]?: Union extends { readonly [key in Key]?: infer Value } ? Value : never;
};
type KeyOf<Union> = Union extends unknown ? keyof Union : never;
