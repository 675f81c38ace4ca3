/** Characters of each decision that are compared and shown. */
const MAX_CHARACTERS = 2000;
/** What lies deeper in them is left out. */
const MAX_DEPTH = 40;

/** Two lines beside each other; null where the other side has no counterpart. */
export interface DiffRow {
  readonly left: string | null;
  readonly right: string | null;
  readonly same: boolean;
}

export interface Diff {
  readonly rows: readonly DiffRow[];
  /** Characters left out of each side. */
  readonly cut: { readonly left: number; readonly right: number };
}

/** Two JSON values, pretty-printed with sorted keys, line beside line. */
export function diffOf(left: unknown, right: unknown): Diff {
  const [a, b] = [linesOf(left), linesOf(right)];
  return { rows: pairs(a.lines, b.lines), cut: { left: a.cut, right: b.cut } };
}

function linesOf(value: unknown): { readonly lines: readonly string[]; readonly cut: number } {
  const text = JSON.stringify(sorted(value), null, 2) ?? '–';
  return { lines: text.slice(0, MAX_CHARACTERS).split('\n'), cut: Math.max(0, text.length - MAX_CHARACTERS) };
}

function sorted(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((inner) => sorted(inner, depth + 1));
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner, depth + 1)]));
}

/** Lines of the longest common subsequence are the same; what lies between is set beside each other in order. */
function pairs(left: readonly string[], right: readonly string[]): readonly DiffRow[] {
  const common = commonLengths(left, right);
  const rows: DiffRow[] = [];
  let [removed, added]: [string[], string[]] = [[], []];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++) {
      rows.push({ left: removed[at] ?? null, right: added[at] ?? null, same: false });
    }
    [removed, added] = [[], []];
  };
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [l, r] = [left[i], right[j]];
    if (l !== undefined && r !== undefined && bare(l) === bare(r)) {
      flush();
      rows.push({ left: l, right: r, same: true });
      i++;
      j++;
    } else if (
      r === undefined ||
      (l !== undefined && lengthAt(common, i + 1, j) >= lengthAt(common, i, j + 1))
    ) {
      removed.push(l as string);
      i++;
    } else {
      added.push(r);
      j++;
    }
  }
  flush();
  return rows;
}

function commonLengths(left: readonly string[], right: readonly string[]): readonly Uint16Array[] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      const own = lengths[i] as Uint16Array;
      own[j] =
        bare(left[i] as string) === bare(right[j] as string)
          ? lengthAt(lengths, i + 1, j + 1) + 1
          : Math.max(lengthAt(lengths, i + 1, j), lengthAt(lengths, i, j + 1));
    }
  }
  return lengths;
}

function lengthAt(lengths: readonly Uint16Array[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}

/** A comma after it does not make a line another one. */
function bare(line: string): string {
  return line.endsWith(',') ? line.slice(0, -1) : line;
}
