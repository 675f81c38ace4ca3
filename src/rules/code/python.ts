import type { Design, PublishedLogistic } from '../../results/fitted-rules.ts';
import { GREATEST, labelOf, levelsOf, questionOf, type Test } from './questions.ts';
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
  const decide =
    'nodes' in rule ? treeLines(rule.nodes, design, classes) : logisticLines(rule, design, classes);
  return `# ${title.replaceAll(/\s+/g, ' ')}\n${NUMBER}\n\n${decide.join('\n')}\n`;
}

function treeLines(
  nodes: Extract<CodedRule['rule'], { nodes: unknown }>['nodes'],
  design: Design,
  classes: readonly string[],
): string[] {
  const linesOf = (index: number, indent: string): string[] => {
    const node = nodes[index] as (typeof nodes)[number];
    if (!node.split) return [`${indent}return ${python(labelOf(node, classes))}`];
    const { input, test, yes, no } = questionOf(design, node.split);
    if (yes === no) return linesOf(yes, indent);
    return [
      `${indent}if ${conditionOf(input, test)}:`,
      ...linesOf(yes, `${indent}    `),
      ...linesOf(no, indent),
    ];
  };
  return ['def decide(row):', ...linesOf(0, '    ')];
}

function conditionOf(input: string, test: Test): string {
  const name = python(input);
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
    const input = design.features[column.feature] as string;
    if (column.kind === 'number') return `number(row, ${python(input)}, ${python(column.impute)})`;
    const levels = levelsOf(design, column.feature);
    const test = column.kind === 'level' ? column : ({ kind: 'missing', levels } as const);
    return `float(${conditionOf(input, test)})`;
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
