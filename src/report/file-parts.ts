import { z } from 'zod';

/** What the report reads of the files of a run. They may have been written by an older version, or by hand: each is checked
 * before anything is shown of it. */

/** In [0, 1]. */
export const share = z.number().min(0).max(1);
/** `YYYY-MM-DD`. */
export const day = z.iso.date();
export const counts = z.record(z.string(), z.number());

export const interval = z.object({ low: share, high: share, level: z.number() });
export type Interval = z.output<typeof interval>;

export const cost = z.object({ input_tokens: z.number(), output_tokens: z.number(), usd: z.number() });
export const cache = z.object({ hits: z.number(), misses: z.number() });
