import { diffArrays } from 'diff';

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

export type Diff = ReturnType<typeof diffOf>;

/** Two JSON values, pretty-printed with sorted keys, line beside line; and how many characters are left out of each. */
export function diffOf(left: unknown, right: unknown) {
  const [a, b] = [linesOf(left), linesOf(right)];
  return { rows: pairs(a.lines, b.lines), cut: { left: a.cut, right: b.cut } };
}

function linesOf(value: unknown) {
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

/** Equal lines stand beside each other; what lies between them is set beside each other in order. */
function pairs(left: readonly string[], right: readonly string[]): readonly DiffRow[] {
  const rows: DiffRow[] = [];
  let [i, j] = [0, 0];
  let [removed, added]: [readonly string[], readonly string[]] = [[], []];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++) {
      rows.push({ left: removed[at] ?? null, right: added[at] ?? null, same: false });
    }
    [removed, added] = [[], []];
  };
  const comparator = (a: string, b: string) => bare(a) === bare(b);
  for (const change of diffArrays([...left], [...right], { comparator })) {
    const [ours, theirs] = [left.slice(i, i + change.count), right.slice(j, j + change.count)];
    if (change.removed) removed = ours;
    else if (change.added) added = theirs;
    else {
      flush();
      rows.push(...ours.map((line, at) => ({ left: line, right: theirs[at] ?? null, same: true })));
    }
    if (!change.added) i += change.count;
    if (!change.removed) j += change.count;
  }
  flush();
  return rows;
}

/** A comma after it does not make a line another one. */
function bare(line: string): string {
  return line.endsWith(',') ? line.slice(0, -1) : line;
}
