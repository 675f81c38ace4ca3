import type { TreeOfFile } from '../../src/report/analysis-file.ts';

type Node = TreeOfFile['nodes'][number];

interface Options {
  readonly rows: number;
  readonly classes: number;
  readonly features: number;
  readonly random: () => number;
  /** Share of rows that its leaves get right. */
  readonly match: number;
}

const DEPTH = 3;

/** A tree whose counts add up. */
export function sampleTree({ rows, classes, features, random, match }: Options): TreeOfFile {
  const nodes: Node[] = [];
  const grow = (n: number, depth: number): number => {
    const at = nodes.length;
    nodes.push({ n, impurity: 0.4, counts: [] });
    if (depth === DEPTH || n < 8 || (depth > 0 && random() < 0.2)) {
      const counts = leafCounts(n, classes, match, random);
      nodes[at] = { n, impurity: 0.1, counts };
      return at;
    }
    const left = grow(Math.max(1, Math.round(n * (0.25 + random() * 0.5))), depth + 1);
    const right = grow(n - (nodes[left] as Node).n, depth + 1);
    const counts = (nodes[left] as Node).counts.map(
      (own, index) => own + ((nodes[right] as Node).counts[index] ?? 0),
    );
    const feature = Math.floor(random() * features);
    const threshold = Math.round(random() * 10_000) / 100;
    nodes[at] = { n, impurity: 0.4, counts, split: { feature, threshold, left, right } };
    return at;
  };
  grow(rows, 0);
  return { match_rate: match, nodes };
}

function leafCounts(n: number, classes: number, match: number, random: () => number): number[] {
  const counts = new Array<number>(classes).fill(0);
  const main = Math.floor(random() * classes);
  counts[main] = Math.ceil(n * match);
  for (let left = n - (counts[main] ?? 0); left > 0; left--) {
    const other = Math.floor(random() * classes);
    counts[other] = (counts[other] ?? 0) + 1;
  }
  return counts;
}
