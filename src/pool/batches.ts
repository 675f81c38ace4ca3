/** Keys to a task: enough to amortise the hand-over, few enough that a batch's tail and its loss stay small. */
const MAX_KEYS = 128;
/** Bytes to a task: bounds what a worker holds at once, whatever the sizes of its objects. */
const MAX_BYTES = 8 * 1024 * 1024;

export interface Batch<T> {
  /** Position of the batch's first item among all items. */
  readonly first: number;
  readonly items: readonly T[];
}

/** Cuts items into consecutive batches, bounded by count and by the sum of their sizes in bytes; an item
 * larger than the bound stands alone. */
export function* batchesOf<T extends { readonly size: number }>(items: readonly T[]): Generator<Batch<T>> {
  let first = 0;
  let bytes = 0;
  for (const [index, item] of items.entries()) {
    const full = index - first >= MAX_KEYS || bytes + item.size > MAX_BYTES;
    if (full && index > first) {
      yield { first, items: items.slice(first, index) };
      first = index;
      bytes = 0;
    }
    bytes += item.size;
  }
  if (first < items.length) yield { first, items: items.slice(first) };
}
