import type { Design, PublishedLogistic } from '../../results/fitted-rules.ts';
import type { Tree, TreeNode } from '../tree/tree.ts';
import { GREATEST, inputOf, labelOf, questionOf, type Test, testOf } from './questions.ts';
import type { CodedRule } from './rule.ts';

const NUMBER = `
def number(row, name, missing):
    value = row.get(name)
    value = float("nan") if value is None else float(value)
    return value if value <= ${python(GREATEST)} else missing
`;

/** A rule as a Python module without dependencies: `decide(row)` gives the label for a dict by input name. None, NaN,
 * a key that is not there and an unknown level are missing. */
export function pythonOf({ classes, design, rule }: CodedRule, title: string): string {
  const lines = 'nodes' in rule ? treeLines(rule, design, classes) : logisticLines(rule, design, classes);
  return `# ${title.replaceAll(/\s+/g, ' ')}\n${NUMBER}\n\n${lines.join('\n')}\n`;
}

function treeLines({ nodes }: Tree, design: Design, classes: readonly string[]): string[] {
  const linesOf = (index: number, indent: string): string[] => {
    const node = nodes[index] as TreeNode;
    if (!node.split) return [`${indent}return ${python(labelOf(node, classes))}`];
    const { test, yes, no } = questionOf(design, node.split);
    if (yes === no) return linesOf(yes, indent);
    return [`${indent}if ${conditionOf(test)}:`, ...linesOf(yes, `${indent}    `), ...linesOf(no, indent)];
  };
  return ['def decide(row):', ...linesOf(0, '    ')];
}

function conditionOf(test: Test): string {
  const name = python(test.input);
  switch (test.kind) {
    case 'number':
      return `number(row, ${name}, ${python(test.impute)}) ${test.orEqual ? '<=' : '<'} ${python(test.limit)}`;
    case 'level':
      return `row.get(${name}) == ${python(test.level)}`;
    case 'missing':
      return test.levels.length > 0
        ? `row.get(${name}) not in (${test.levels.map((level) => `${python(level)},`).join(' ')})`
        : `number(row, ${name}, None) is None`;
  }
}

function logisticLines(
  { mean, scale, bias, weights }: PublishedLogistic,
  design: Design,
  classes: readonly string[],
): string[] {
  const columns = design.columns.map((column) => {
    if (column.kind !== 'number') return `float(${conditionOf(testOf(design, column))})`;
    return `number(row, ${python(inputOf(design, column))}, ${python(column.impute)})`;
  });
  const listOf = (values: readonly number[]) => `[${values.map(python).join(', ')}]`;
  return [
    `MEAN = ${listOf(mean)}`,
    `SCALE = ${listOf(scale)}`,
    '# Label, bias, weights.',
    'CLASSES = [',
    ...classes.map(
      (label, index) =>
        `    (${python(label)}, ${python(bias[index] as number)}, ${listOf(weights[index] ?? [])}),`,
    ),
    ']',
    '',
    '',
    'def decide(row):',
    '    columns = [',
    ...columns.map((column) => `        ${column},`),
    '    ]',
    '    best, most = CLASSES[0][0], float("-inf")',
    '    for label, score, weights in CLASSES:',
    '        for value, mean, scale, weight in zip(columns, MEAN, SCALE, weights):',
    '            score += weight * ((value - mean) / scale)',
    '        if score > most:',
    '            best, most = label, score',
    '    return best',
  ];
}

/** A literal. JSON's strings and numbers are Python's, too. */
function python(value: string | number): string {
  return JSON.stringify(value);
}
