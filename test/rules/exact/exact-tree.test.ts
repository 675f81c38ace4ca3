import { describe, expect, it } from 'vitest';
import { exactTree } from '../../../src/rules/exact/exact-tree.ts';
import { exportText } from '../../../src/rules/tree/export-text.ts';
import { fitTree } from '../../../src/rules/tree/fit-tree.ts';
import { predictTree, type Tree } from '../../../src/rules/tree/tree.ts';
import { FitError } from '../../../src/shared/errors.ts';
import { answers, prepared } from '../sklearn.ts';

interface Data {
  readonly columns: Float64Array[];
  readonly labels: Int32Array;
  readonly classes: number;
}

/** A seeded sequence of numbers in [0, 1) (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Columns with many ties or none, rows that are twice there, labels that follow the first column or nothing. */
function generated(seed: number, rows: number, width: number, classes: number): Data {
  const random = numbers(seed);
  const whole = (below: number) => Math.floor(random() * below);
  const columns = Array.from({ length: width }, () => {
    const values = [2, 4, 10, 0][whole(4)] as number;
    return Float64Array.from({ length: rows }, () => (values > 0 ? whole(values) : random() * 4 - 2));
  });
  for (let row = 1; row < rows; row += 1 + whole(6)) {
    for (const column of columns) column[row] = column[row - 1] as number;
  }
  const noise = random();
  const labels = Int32Array.from(columns[0] ?? new Float64Array(rows), (value) =>
    random() < noise ? whole(classes) : Math.abs(Math.trunc(2 * value)) % classes,
  );
  return { columns, labels, classes };
}

/** The classes where a planted tree of the given depth over all columns puts the rows, `noise` of them at random. */
function planted(seed: number, rows: number, width: number, classes: number, noise: number): Data {
  const random = numbers(seed);
  const columns = Array.from({ length: width }, () => Float64Array.from({ length: rows }, random));
  const splits = Array.from(
    { length: 7 },
    () => [Math.floor(random() * width), 0.2 + 0.6 * random()] as const,
  );
  const labels = new Int32Array(rows).map((_, row) => {
    let node = 0;
    while (node < 7) {
      const [column, threshold] = splits[node] as readonly [number, number];
      node = 2 * node + (((columns[column] as Float64Array)[row] as number) <= threshold ? 1 : 2);
    }
    return random() < noise ? Math.floor(random() * classes) : node % classes;
  });
  return { columns, labels, classes };
}

interface Brute {
  readonly errors: number;
  readonly leaves: number;
  readonly text: string;
}

/** The best tree by trying every midpoint everywhere, the first of the best, as nested text. */
function bruteForce({ columns, labels, classes }: Data, rows: readonly number[], depth: number): Brute {
  const counts = new Array<number>(classes).fill(0);
  for (const row of rows) counts[labels[row] as number] = (counts[labels[row] as number] as number) + 1;
  let best: Brute = { errors: rows.length - Math.max(...counts), leaves: 1, text: `${counts}` };
  if (depth === 0) return best;
  for (const [feature, column] of columns.entries()) {
    const values = [...new Set(rows.map((row) => Math.fround(column[row] as number)))].sort((a, b) => a - b);
    for (const [index, above] of values.entries()) {
      if (index === 0) continue;
      const threshold = (values[index - 1] as number) / 2 + above / 2;
      const goesLeft = (row: number) => Math.fround(column[row] as number) <= threshold;
      const left = bruteForce({ columns, labels, classes }, rows.filter(goesLeft), depth - 1);
      // Without it, the depths above take minutes.
      if (left.errors > best.errors) continue;
      const right = bruteForce(
        { columns, labels, classes },
        rows.filter((row) => !goesLeft(row)),
        depth - 1,
      );
      const errors = left.errors + right.errors;
      const leaves = left.leaves + right.leaves;
      if (errors < best.errors || (errors === best.errors && leaves < best.leaves)) {
        best = { errors, leaves, text: `${feature} <= ${threshold} (${left.text}) (${right.text})` };
      }
    }
  }
  return best;
}

function textOf({ nodes }: Tree, index = 0): string {
  const { counts, split } = nodes[index] as Tree['nodes'][number];
  if (!split) return `${counts}`;
  const { feature, threshold, left, right } = split;
  return `${feature} <= ${threshold} (${textOf({ nodes }, left)}) (${textOf({ nodes }, right)})`;
}

function errorsOf(tree: Tree, { columns, labels }: Data): number {
  const predicted = predictTree(tree, columns, labels.length);
  return predicted.reduce((sum, label, row) => sum + Number(label !== labels[row]), 0);
}

function exactOf({ columns, labels, classes }: Data, depth: number, limits = {}) {
  return exactTree(columns, labels, classes, depth, limits);
}

function greedyOf({ columns, labels, classes }: Data, depth: number): Tree {
  return fitTree(columns, labels, classes, depth);
}

/** Whether the nodes are as fitTree would have made them: in order, their rows adding up. */
function expectWellFormed({ nodes }: Tree, { labels, classes }: Data, depth: number): void {
  const seen: number[] = [];
  const visit = (index: number, left: number): void => {
    const node = nodes[index] as Tree['nodes'][number];
    expect(index).toBe(seen.push(index) - 1);
    expect(node.counts).toHaveLength(classes);
    expect(node.counts.reduce((sum, count) => sum + count, 0)).toBe(node.n);
    expect(node.impurity).toBeCloseTo(
      1 - node.counts.reduce((sum, count) => sum + (count / node.n) ** 2, 0),
      12,
    );
    if (!node.split) return;
    expect(left).toBeGreaterThan(0);
    const children = [nodes[node.split.left], nodes[node.split.right]];
    expect(node.counts).toEqual(
      node.counts.map((_, label) => children.reduce((sum, child) => sum + (child?.counts[label] ?? 0), 0)),
    );
    expect(children.every((child) => (child?.n ?? 0) > 0)).toBe(true);
    visit(node.split.left, left - 1);
    visit(node.split.right, left - 1);
  };
  visit(0, depth);
  expect(seen).toHaveLength(nodes.length);
  expect(nodes[0]?.n).toBe(labels.length);
}

describe('exactTree', () => {
  const small = Array.from({ length: 240 }, (_, seed) => {
    const depth = seed % 4;
    const width = 1 + ((seed >> 2) % 4);
    const rows = 8 + ((seed * 7) % (depth === 3 && width > 2 ? 9 : 18));
    return { seed, depth, width, rows, classes: 2 + ((seed >> 4) % 3) };
  });

  it.each(small)('is the tree of a brute force, depth $depth, $rows × $width, seed $seed', (one) => {
    const data = generated(one.seed, one.rows, one.width, one.classes);
    const all = Array.from(data.labels, (_, row) => row);
    const { tree, errors, optimality, gap } = exactOf(data, one.depth);
    const brute = bruteForce(data, all, one.depth);
    expect(textOf(tree)).toBe(brute.text);
    expect({ errors, optimality, gap }).toEqual({ errors: brute.errors, optimality: 'proven', gap: 0 });
    expect(tree.nodes.filter(({ split }) => !split)).toHaveLength(brute.leaves);
  });

  it.each([0, 1, 2, 3, 4])('is no worse than the greedy tree, and well formed, at depth %i', (depth) => {
    for (let seed = 1000; seed < 1080; seed += 1) {
      const data = generated(seed, 5 + (seed % 40), 1 + (seed % 5), 2 + (seed % 4));
      for (const limits of [{}, { allMidpoints: 0, quantiles: seed % 3 }, { steps: (seed % 7) * 300 }]) {
        const { tree, errors, gap } = exactOf(data, depth, limits);
        expect(errors).toBe(errorsOf(tree, data));
        expect(errors).toBeLessThanOrEqual(errorsOf(greedyOf(data, depth), data));
        expect(gap).toBeGreaterThanOrEqual(0);
        expectWellFormed(tree, data, depth);
      }
    }
  });

  it('is no worse than the greedy tree on the data compared with scikit-learn', () => {
    for (const answer of answers) {
      const data = { ...prepared(answer), classes: new Set(answer.y).size };
      const { tree, errors } = exactOf(data, answer.depth, { steps: 2e6 });
      expect(errors).toBe(errorsOf(tree, data));
      expect(1 - errors / data.labels.length).toBeGreaterThanOrEqual(answer.match - 1e-12);
    }
  });

  it('finds what the greedy tree misses: an exclusive or of two thresholds', () => {
    const random = numbers(5);
    const columns = Array.from({ length: 5 }, () => Float64Array.from({ length: 400 }, random));
    const [a, b] = columns as [Float64Array, Float64Array];
    const labels = a.map((value, row) => Number(value > 0.5 !== (b[row] as number) > 0.5));
    const data = { columns, labels: Int32Array.from(labels), classes: 2 };
    expect(errorsOf(greedyOf(data, 2), data)).toBeGreaterThan(100);
    const { tree, errors, optimality } = exactOf(data, 2);
    expect({ errors, optimality, nodes: tree.nodes.length }).toEqual({
      errors: 0,
      optimality: 'proven',
      nodes: 7,
    });
  });

  it('finds a parity of three thresholds at depth three', () => {
    const random = numbers(6);
    const columns = Array.from({ length: 4 }, () => Float64Array.from({ length: 300 }, random));
    const labels = Int32Array.from({ length: 300 }, (_, row) =>
      columns.slice(1).reduce((sum, column) => sum ^ Number((column[row] as number) > 0.4), 0),
    );
    const data = { columns, labels, classes: 2 };
    expect(errorsOf(greedyOf(data, 3), data)).toBeGreaterThan(50);
    expect(exactOf(data, 3)).toMatchObject({ errors: 0, optimality: 'proven', gap: 0 });
  });

  it('halves many classes where the greedy tree parts one after another from the rest', () => {
    // As on the segment data: eight classes are eight corners, 4 % of the labels are wrong, and each class has a column
    // that tells it from all others. One such split is as pure as halving the classes, and purer with the wrong labels.
    const random = numbers(9);
    const corners = Array.from({ length: 3 }, () => Float64Array.from({ length: 800 }, random));
    const right = Int32Array.from({ length: 800 }, (_, row) =>
      corners.reduce((sum, column) => 2 * sum + Number((column[row] as number) > 0.5), 0),
    );
    const labels = right.map((label) => (random() < 0.04 ? (label + 1) % 8 : label));
    const telling = Array.from({ length: 8 }, (_, label) =>
      Float64Array.from(labels, (one) => random() + Number(one === label)),
    );
    const data = { columns: [...telling, ...corners], labels, classes: 8 };
    const wrong = labels.reduce((sum, label, row) => sum + Number(label !== right[row]), 0);
    const { errors, optimality } = exactOf(data, 3);
    expect(errors).toBeLessThanOrEqual(wrong);
    expect(optimality).toBe('proven');
    expect(errorsOf(greedyOf(data, 3), data)).toBeGreaterThan(300);
  });

  it.each([2, 3])('is at least as good as a planted rule under noise, %i classes', (classes) => {
    for (let seed = 20; seed < 24; seed += 1) {
      const clean = planted(seed, 300, 4, classes, 0);
      const random = numbers(seed);
      const labels = clean.labels.map((label) => (random() < 0.1 ? Math.floor(random() * classes) : label));
      const flipped = labels.reduce((sum, label, row) => sum + Number(label !== clean.labels[row]), 0);
      const { errors, optimality } = exactOf({ ...clean, labels }, 3);
      expect(errors).toBeLessThanOrEqual(flipped);
      expect(optimality).toBe('proven');
    }
  });

  it('proves its answer over candidates when there are more values than it tries, the greedy ones among them', () => {
    const data = planted(3, 400, 4, 2, 0.3);
    const proven = exactOf(data, 3);
    const few = exactOf(data, 3, { allMidpoints: 1599, quantiles: 5 });
    expect(exactOf(data, 3, { allMidpoints: 1600 })).toEqual(proven);
    expect(few).toMatchObject({ optimality: 'proven_over_candidates', gap: 0 });
    expect(few.thresholds.possible).toBe(proven.thresholds.considered);
    expect(few.thresholds.considered).toBeLessThanOrEqual(4 * 5 + 7);
    expect(few.errors).toBeGreaterThanOrEqual(proven.errors);
    expect(few.errors).toBeLessThanOrEqual(errorsOf(greedyOf(data, 3), data));
    const greedyAlone = exactOf(data, 3, { allMidpoints: 0, quantiles: 0 });
    expect(greedyAlone.errors).toBeLessThanOrEqual(errorsOf(greedyOf(data, 3), data));
    const binary = { ...data, columns: data.columns.map((column) => column.map(Math.round)) };
    expect(exactOf(binary, 3, { allMidpoints: 0, quantiles: 5 }).optimality).toBe('proven');
  });

  it.each([3, 4])('stops at its limit of steps with a gap that holds, at depth %i', (depth) => {
    const data = planted(4, 120, 3, 3, 0.5);
    const proven = exactOf(data, depth);
    expect(proven.optimality).toBe('proven');
    let limited = 0;
    let gap = 1;
    for (const share of [0, 0.001, 0.01, 0.1, 0.5, 0.9]) {
      const one = exactOf(data, depth, { steps: Math.floor(share * proven.steps) });
      expect(one.errors).toBeGreaterThanOrEqual(proven.errors);
      expect(one.errors - Math.round(one.gap * 120)).toBeLessThanOrEqual(proven.errors);
      expect(one.gap).toBeLessThanOrEqual(gap);
      gap = one.gap;
      limited += Number(one.optimality === 'time_limited');
      expect(errorsOf(one.tree, data)).toBe(one.errors);
    }
    expect(limited).toBeGreaterThanOrEqual(5);
    expect(exactOf(data, depth, { steps: proven.steps })).toEqual(proven);
  });

  it('is the same on each run, also when stopped', () => {
    const data = planted(8, 200, 5, 3, 0.4);
    for (const limits of [{}, { steps: 100_000 }, { allMidpoints: 0 }]) {
      expect(JSON.stringify(exactOf(data, 3, limits))).toBe(JSON.stringify(exactOf(data, 3, limits)));
    }
  });

  it('prefers fewer leaves: no split that changes no prediction', () => {
    const data = {
      columns: [Float64Array.of(1, 2, 3, 4, 5, 6)],
      labels: Int32Array.of(0, 0, 1, 0, 0, 0),
      classes: 2,
    };
    const greedy = greedyOf(data, 1);
    expect(greedy.nodes).toHaveLength(3);
    expect(exactOf(data, 1).tree.nodes).toHaveLength(1);
    const { tree, errors } = exactOf(data, 3);
    expect(errors).toBe(0);
    expect(exportText(tree, ['x'], ['no', 'yes'])).toBe(
      '|--- x <= 2.50\n|   |--- class: no\n|--- x >  2.50\n|   |--- x <= 3.50\n|   |   |--- class: yes\n|   |--- x >  3.50\n|   |   |--- class: no\n',
    );
  });

  it('takes values within 1e-7 of each other for one, and splits neighbouring floats as predictTree reads them', () => {
    const near = [Float64Array.of(0.1, 0.1 + 5e-8, 0.1, 0.1 + 5e-8)];
    expect(
      exactOf({ columns: near, labels: Int32Array.of(0, 1, 0, 1), classes: 2 }, 1).tree.nodes,
    ).toHaveLength(1);
    const next = [Float64Array.of(16_777_214, 16_777_215, 16_777_216, 16_777_218)];
    const data = { columns: next, labels: Int32Array.of(0, 1, 0, 1), classes: 2 };
    const { tree, errors } = exactOf(data, 2);
    expect(errors).toBe(0);
    expect(errorsOf(tree, data)).toBe(0);
  });

  it('is one leaf without columns, of one class, or without rows', () => {
    expect(exactOf({ columns: [], labels: Int32Array.of(0, 1, 1), classes: 2 }, 3)).toMatchObject({
      errors: 1,
      optimality: 'proven',
      tree: { nodes: [{ n: 3, counts: [1, 2] }] },
    });
    const one = { columns: [Float64Array.of(1, 2)], labels: new Int32Array(2), classes: 1 };
    expect(exactOf(one, 3)).toMatchObject({ errors: 0, optimality: 'proven' });
    const none = { columns: [new Float64Array(0)], labels: new Int32Array(0), classes: 2 };
    expect(exactOf(none, 3)).toMatchObject({ errors: 0, gap: 0, optimality: 'proven' });
  });

  it('refuses what fitTree refuses, and a depth of five', () => {
    const labels = Int32Array.of(0, 1);
    expect(() => exactTree([Float64Array.of(1, Number.NaN)], labels, 2, 3)).toThrow(FitError);
    expect(() => exactTree([Float64Array.of(1, 2)], labels, 2, 5)).toThrow('at most 4, found 5');
  });
});
