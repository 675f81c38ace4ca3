/** A tree costs `ERROR` for each wrong row and one for each leaf. So of trees with equally many errors the smallest is
 * the cheapest. A tree of depth four or less has too few leaves to outweigh a row. */
export const ERROR = 32;
/** A cost above that of any tree. */
export const NEVER = 2 ** 30;

/** Costs of the best trees on the two sides of one cut, or lower bounds of them. */
export interface Evaluation {
  /** Rows below the cut. */
  readonly position: number;
  readonly left: number;
  readonly right: number;
  /** By column, if each side gets one split: the cost of the best split by this column. */
  readonly lefts: Int32Array;
  readonly rights: Int32Array;
}

/** Cuts number `from` to `to` (exclusive) of one column. The cuts on either side of them have been evaluated. */
export interface Interval {
  /** Lower bound of the cost of a tree that splits at one of them. */
  readonly bound: number;
  readonly column: number;
  readonly from: number;
  readonly to: number;
  readonly low: Evaluation;
  readonly high: Evaluation;
}

/** Lower bound of the cost of any cut between two others, whose sides' costs are known. Right of `low` the left side only
 * gains rows, so its best tree does not become cheaper. The same holds for the right side left of `high`. And one row
 * changes the cost of a side's best tree by one error at most. */
export function boundBetween(
  lowLeft: number,
  highRight: number,
  highLeft: number,
  lowRight: number,
  rows: number,
) {
  return Math.max(lowLeft + highRight, highLeft + lowRight - ERROR * rows);
}

/** A heap; the least bound is on top. */
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
