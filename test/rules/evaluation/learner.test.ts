import { describe, expect, it } from 'vitest';
import { cutTree, reordered, treeLearner } from '../../../src/rules/evaluation/learner.ts';
import { fitTree } from '../../../src/rules/tree/fit-tree.ts';
import { predictTree } from '../../../src/rules/tree/tree.ts';
import { answers, prepared } from '../sklearn.ts';

describe('treeLearner', () => {
  it.each(answers.slice(0, 40))(
    'cuts one tree to that of every depth on $kind data, seed $seed',
    (answer) => {
      const { classes, columns, labels } = prepared(answer);
      const predictors = treeLearner(3)(columns)(labels, classes.length);
      expect(predictors).toHaveLength(4);
      for (const [depth, predict] of predictors.entries()) {
        const alone = fitTree(columns, labels, classes.length, depth);
        expect(predict(columns, labels.length)).toEqual(predictTree(alone, columns, labels.length));
      }
    },
  );

  it('fits again and again from one sorting', () => {
    const columns = [Float64Array.of(4, 1, 3, 2), Float64Array.of(1, 2, 1, 2)];
    const learn = treeLearner(2)(columns);
    const [one, other] = [Int32Array.of(0, 1, 1, 1), Int32Array.of(1, 0, 1, 0)];
    const fits = [one, other, one].map((labels) => learn(labels, 2).at(-1)?.(columns, 4));
    expect(fits).toEqual([one, other, one]);
  });
});

describe('reordered', () => {
  const labels = Int32Array.of(0, 0, 1, 1);
  const predictions = (columns: Float64Array[], others: Float64Array[]) =>
    Array.from(
      { length: 12 },
      (_, seed) => reordered(treeLearner(1), `${seed}`)(columns)(labels, 2).at(-1)?.(others, 1)[0],
    );

  it('settles a tie of columns otherwise', () => {
    const twins = [Float64Array.of(1, 2, 3, 4), Float64Array.of(5, 6, 7, 8)];
    expect(new Set(predictions(twins, [Float64Array.of(1), Float64Array.of(8)]))).toEqual(new Set([0, 1]));
  });

  it('changes nothing where there is none', () => {
    const columns = [Float64Array.of(1, 2, 3, 4), Float64Array.of(5, 7, 6, 8)];
    expect(new Set(predictions(columns, [Float64Array.of(1), Float64Array.of(8)]))).toEqual(new Set([0]));
  });
});

describe('cutTree', () => {
  it('keeps the nodes above the depth', () => {
    const tree = fitTree([Float64Array.of(1, 2, 3, 4)], Int32Array.of(0, 1, 0, 1), 2, 3);
    expect(cutTree(tree, 3)).toEqual(tree);
    expect(cutTree(tree, 0).nodes[0]).not.toHaveProperty('split');
  });
});
