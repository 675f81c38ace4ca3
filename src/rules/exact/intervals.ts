/** What a tree costs: `ERROR` for each row it gets wrong, and one for each leaf, so that of trees that are wrong as
 * often the smaller is the cheaper. No tree of depth four or less has leaves enough to outweigh a row. */
export const ERROR = 32;
/** More than any tree costs. */
export const NEVER = 2 ** 30;

/** What the best trees of either side of one cut cost, or at least cost. */
export interface Evaluation {
  /** Rows below the cut. */
  readonly position: number;
  readonly left: number;
  readonly right: number;
  /** By column, where the sides get one split each: of the best that splits by this column. */
  readonly lefts: Int32Array;
  readonly rights: Int32Array;
}

/** Cuts number `from` to `to` (exclusive) of one column, which lie between two that have been evaluated. */
export interface Interval {
  /** What the best tree that splits at one of them costs at least. */
  readonly bound: number;
  readonly column: number;
  readonly from: number;
  readonly to: number;
  readonly low: Evaluation;
  readonly high: Evaluation;
}

/** What any cut between two others costs at least, given a side's part of it at both. To the right of `low` the left
 * side only gains rows, which make its best tree no cheaper, and to the left of `high` so does the right side. And a
 * row more or less changes the cost of a side's best tree by one error at the most. */
export function boundBetween(
  lowLeft: number,
  highRight: number,
  highLeft: number,
  lowRight: number,
  rows: number,
) {
  return Math.max(lowLeft + highRight, highLeft + lowRight - ERROR * rows);
}

/** The same for the left side alone, at a cut of an interval. */
export function leftAtLeast({ low, high }: Interval, position: number): number {
  return Math.max(low.left, high.left - ERROR * (high.position - position));
}

export function rightAtLeast({ low, high }: Interval, position: number): number {
  return Math.max(high.right, low.right - ERROR * (position - low.position));
}

/** A heap with the least bound on top. */
export class IntervalQueue {
  readonly #heap: Interval[] = [];

  get top(): Interval | undefined {
    return this.#heap[0];
  }

  push(interval: Interval): void {
    const heap = this.#heap;
    let at = heap.push(interval) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Interval;
      if (above.bound <= interval.bound) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = interval;
  }

  pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      const other = heap[child + 1];
      if (other !== undefined && other.bound < (heap[child] as Interval).bound) child += 1;
      if ((heap[child] as Interval).bound >= last.bound) break;
      heap[at] = heap[child] as Interval;
      at = child;
    }
    heap[at] = last;
  }
}
