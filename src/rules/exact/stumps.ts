/** Rows that the best stumps of the two sides of a split get wrong. A stump is one threshold with two leaves, or one
 * leaf. */
interface StumpErrors {
  left: number;
  right: number;
}

/** Arrays for `bestStumps`, allocated once. */
export interface StumpRoom {
  readonly errors: StumpErrors;
  /** Numbers of rows by class: of the left side, then of the right side. */
  readonly totals: Int32Array;
  readonly counts: Int32Array;
  readonly reached: Int32Array;
  readonly leftRows: Int32Array;
  readonly rightRows: Int32Array;
}

export function stumpRoom(rows: number, classes: number): StumpRoom {
  return {
    errors: { left: 0, right: 0 },
    totals: new Int32Array(2 * classes),
    counts: new Int32Array(classes),
    reached: new Int32Array(rows),
    leftRows: new Int32Array(rows + 1),
    rightRows: new Int32Array(rows + 1),
  };
}

/** Finds the fewest errors of a stump over one column, for both sides of a split by another column, and writes them to
 * `room.errors`. The search spends most of its time here.
 *
 * `order` holds a node's `n` rows by the stump's column, as `NodeRows` has them. `keys` belong to the split's column: bin
 * times 2^`shift`, plus the class. Rows with a key below `cut` are on the left side. `room.totals` must be filled. */
export function bestStumps(
  order: Int32Array,
  n: number,
  keys: Int32Array,
  cut: number,
  shift: number,
  room: StumpRoom,
): void {
  if (shift === 1) ofTwoClasses(order, n, keys, cut, room);
  else ofClasses(order, n, keys, cut, shift, room);
}

/** With two classes one running sum suffices: +1 for a row of class 1, −1 for a row of class 0. Its greatest and its
 * least value over the thresholds belong to the two ways of labelling the leaves. */
function ofTwoClasses(
  order: Int32Array,
  n: number,
  keys: Int32Array,
  cut: number,
  { totals, errors }: StumpRoom,
): void {
  let left = 0;
  let leftMost = 0;
  let leftLeast = 0;
  let right = 0;
  let rightMost = 0;
  let rightLeast = 0;
  for (let position = 0; position < n; position += 1) {
    const entry = order[position] as number;
    const key = keys[entry >> 1] as number;
    const step = ((key & 1) << 1) - 1;
    // All ones for a row of the left side, else zero. A branch would be mispredicted half of the time.
    const stepLeft = step & ((key - cut) >> 31);
    left += stepLeft;
    right += step - stepLeft;
    if ((entry & 1) === 1) {
      if (left > leftMost) leftMost = left;
      else if (left < leftLeast) leftLeast = left;
      if (right > rightMost) rightMost = right;
      else if (right < rightLeast) rightLeast = right;
    }
  }
  const [left0, left1] = [totals[0] as number, totals[1] as number];
  const [right0, right1] = [totals[2] as number, totals[3] as number];
  errors.left = Math.min(left0, left1, left1 - leftMost, left0 + leftLeast);
  errors.right = Math.min(right0, right1, right1 - rightMost, right0 + rightLeast);
}

/** With more classes, each side's rows are written out in order, then counted from both ends. */
function ofClasses(
  order: Int32Array,
  n: number,
  keys: Int32Array,
  cut: number,
  shift: number,
  room: StumpRoom,
): void {
  const { leftRows, rightRows } = room;
  const mask = (1 << shift) - 1;
  let left = 0;
  let right = 0;
  let value = 0;
  for (let position = 0; position < n; position += 1) {
    const entry = order[position] as number;
    const key = keys[entry >> 1] as number;
    const goesLeft = (key - cut) >>> 31;
    // Written to both sides, kept by one: this avoids a branch.
    const row = (value << shift) | (key & mask);
    leftRows[left] = row;
    rightRows[right] = row;
    left += goesLeft;
    right += 1 - goesLeft;
    value += entry & 1;
  }
  room.errors.left = left - mostMatched(leftRows, left, shift, room);
  room.errors.right = right - mostMatched(rightRows, right, shift, room);
}

/** The most rows that a stump matches: the commonest class below a threshold and the commonest class above it. */
function mostMatched(rows: Int32Array, n: number, shift: number, { counts, reached }: StumpRoom): number {
  const mask = (1 << shift) - 1;
  let most = 0;
  counts.fill(0);
  for (let position = 0; position < n; position += 1) {
    const label = (rows[position] as number) & mask;
    const count = (counts[label] as number) + 1;
    counts[label] = count;
    most = greater(count, most);
    reached[position] = most;
  }
  let matched = most;
  most = 0;
  counts.fill(0);
  for (let position = n - 1; position > 0; position -= 1) {
    const row = rows[position] as number;
    const count = (counts[row & mask] as number) + 1;
    counts[row & mask] = count;
    most = greater(count, most);
    const below = position - 1;
    if ((row ^ (rows[below] as number)) >> shift !== 0) {
      matched = Math.max(matched, (reached[below] as number) + most);
    }
  }
  return matched;
}

/** Math.max without a branch; the branch would take twice the time here. */
function greater(a: number, b: number): number {
  return a + ((b - a) & ((a - b) >> 31));
}
