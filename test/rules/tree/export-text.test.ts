import { describe, expect, it } from 'vitest';
import { exportText, twoDecimals } from '../../../src/rules/tree/export-text.ts';

describe('exportText', () => {
  it('is one line for a single leaf', () => {
    const nodes = [{ n: 3, impurity: 0, counts: [0, 3] }];
    expect(exportText({ nodes }, [], ['a', 'b'])).toBe('|--- class: b\n');
  });

  it('indents by depth, left before right', () => {
    const nodes = [
      { n: 3, impurity: 0.4, counts: [1, 2], split: { feature: 1, threshold: -0.5, left: 1, right: 2 } },
      { n: 1, impurity: 0, counts: [1, 0] },
      { n: 2, impurity: 0, counts: [0, 2] },
    ];
    expect(exportText({ nodes }, ['x', 'y'], ['no', 'yes'])).toBe(
      '|--- y <= -0.50\n|   |--- class: no\n|--- y >  -0.50\n|   |--- class: yes\n',
    );
  });
});

describe('twoDecimals', () => {
  // Each as Python prints '%.2f'.
  it.each([
    [0.125, '0.12'],
    [0.375, '0.38'],
    [0.625, '0.62'],
    [0.875, '0.88'],
    [-0.125, '-0.12'],
    [-2.625, '-2.62'],
    [-0.001, '-0.00'],
    [-0, '-0.00'],
    [1.005, '1.00'],
    [2.675, '2.67'],
    [59.5, '59.50'],
    [1e21, '1000000000000000000000.00'],
    [2 ** 49 + 0.125, '562949953421312.12'],
  ])('prints %s as %s', (value, text) => {
    expect(twoDecimals(value)).toBe(text);
  });
});
