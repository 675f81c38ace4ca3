import { describe, expect, it } from 'vitest';
import { exportText } from '../../../src/rules/tree/export-text.ts';
import { fitTree } from '../../../src/rules/tree/fit-tree.ts';
import { featureImportances, predictTree } from '../../../src/rules/tree/tree.ts';
import { FitError } from '../../../src/shared/errors.ts';
import { answers, matchOf, prepared } from '../sklearn.ts';

const untied = answers.filter(({ ties }) => !ties);

describe('fitTree', () => {
  it('has data of every kind and depth to be compared on', () => {
    expect(answers.length).toBeGreaterThanOrEqual(200);
    expect(untied.length).toBeGreaterThanOrEqual(150);
    expect(new Set(untied.map(({ depth }) => depth)).size).toBe(3);
    expect(new Set(untied.map(({ y }) => new Set(y).size)).size).toBeGreaterThanOrEqual(3);
  });

  it.each(untied)('equals scikit-learn on $kind data, seed $seed', (answer) => {
    const { classes, columns, labels } = prepared(answer);
    const tree = fitTree(columns, labels, classes.length, answer.depth);
    const { nodes } = tree;
    expect(nodes.map(({ split }) => split?.feature ?? -2)).toEqual(answer.feature);
    expect(nodes.map(({ split }) => split?.threshold ?? -2)).toEqual(answer.threshold);
    expect(nodes.map(({ n }) => n)).toEqual(answer.n);
    expect(nodes.map(({ counts }) => counts)).toEqual(answer.counts);
    expect(nodes.map(({ impurity }) => impurity)).toEqual(answer.impurity);
    const importances = featureImportances(tree, columns.length);
    for (const [j, importance] of importances.entries()) {
      expect(importance).toBeCloseTo(answer.importances[j] as number, 12);
    }
    const names = columns.map((_, j) => `feature ${j}`);
    expect(exportText(tree, names, classes)).toBe(answer.text);
    expect(matchOf(predictTree(tree, columns, labels.length), labels)).toBe(answer.match);
  });

  it.each(answers.filter(({ ties }) => ties))(
    'is as pure at the root as scikit-learn, seed $seed',
    (answer) => {
      const { classes, columns, labels } = prepared(answer);
      const { nodes } = fitTree(columns, labels, classes.length, 1);
      const mixed = (left: number, right: number, n: readonly number[], impurity: readonly number[]) =>
        (n[left] as number) * (impurity[left] as number) + (n[right] as number) * (impurity[right] as number);
      const split = nodes[0]?.split;
      const right = answer.feature.length > 1 ? rightOfRoot(answer.feature) : 0;
      expect(split === undefined).toBe(right === 0);
      if (!split) return;
      const [n, impurity] = [nodes.map((node) => node.n), nodes.map((node) => node.impurity)];
      expect(mixed(1, split.right, n, impurity)).toBeCloseTo(mixed(1, right, answer.n, answer.impurity), 9);
    },
  );

  it('takes the first column, then the lowest threshold, of equally good splits', () => {
    const labels = Int32Array.of(0, 1, 1, 0);
    const column = Float64Array.of(1, 2, 3, 4);
    const { nodes } = fitTree([column, column], labels, 2, 1);
    expect(nodes[0]?.split).toMatchObject({ feature: 0, threshold: 1.5 });
  });

  it('rounds as scikit-learn does between thresholds that are equally good on paper', () => {
    // Parting the first row, the first seven or the first eight is one impurity in exact arithmetic.
    const labels = Int32Array.of(1, 0, 0, 2, 2, 0, 0, 1, 3, 2);
    const column = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    expect(fitTree([column], labels, 4, 1).nodes[0]?.split?.threshold).toBe(7.5);
  });

  it('splits on without gain, as a checkerboard needs', () => {
    const [a, b] = [Float64Array.of(0, 0, 1, 1), Float64Array.of(0, 1, 0, 1)];
    const labels = Int32Array.of(0, 1, 1, 0);
    const tree = fitTree([a, b], labels, 2, 2);
    expect([...predictTree(tree, [a, b], 4)]).toEqual([...labels]);
  });

  it('is one leaf without columns', () => {
    const tree = fitTree([], Int32Array.of(0, 1, 1), 2, 3);
    expect(tree.nodes).toHaveLength(1);
    expect([...predictTree(tree, [], 3)]).toEqual([1, 1, 1]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e39])('refuses %s', (value) => {
    expect(() => fitTree([Float64Array.of(1, value)], Int32Array.of(0, 1), 2, 1)).toThrow(FitError);
  });
});

/** Position of the root's right child in preorder: where the left subtree ends. */
function rightOfRoot(feature: readonly number[]): number {
  let open = 1;
  let index = 1;
  for (; open > 0; index += 1) open += (feature[index] as number) >= 0 ? 1 : -1;
  return index;
}
