import type { ReadCounts } from '../../src/store/store.ts';

/** Throws when objects were read by the SDK after all: then it is the SDK that was measured. */
export function mustBeOurs({ bySdk, retried }: Pick<ReadCounts, 'bySdk' | 'retried'>): void {
  if (bySdk > 0 || retried > 0) throw new Error(`${bySdk} objects read by the SDK, ${retried} read again`);
}
