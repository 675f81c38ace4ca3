import type { Design, PublishedLogistic } from '../../results/fitted-rules.ts';
import type { Tree, TreeNode } from '../tree/tree.ts';
import { GREATEST, inputOf, labelOf, questionOf, type Test, testOf } from './questions.ts';
import type { CodedRule } from './rule.ts';

/** A rule as one SQL expression for DuckDB and Athena, over columns named as the inputs: it gives the label. NULL, NaN
 * and an unknown level are missing. */
export function sqlOf({ classes, design, rule }: CodedRule): string {
  return 'nodes' in rule ? treeSql(rule, design, classes) : logisticSql(rule, design, classes);
}

function treeSql({ nodes }: Tree, design: Design, classes: readonly string[]): string {
  const sqlOfNode = (index: number, indent: string): string => {
    const node = nodes[index] as TreeNode;
    if (!node.split) return text(labelOf(node, classes));
    const { test, yes, no } = questionOf(design, node.split);
    if (yes === no) return sqlOfNode(yes, indent);
    const deeper = `${indent}  `;
    return [
      `CASE WHEN ${conditionOf(test)}`,
      `${deeper}THEN ${sqlOfNode(yes, deeper)}`,
      `${deeper}ELSE ${sqlOfNode(no, deeper)}`,
      `${indent}END`,
    ].join('\n');
  };
  return sqlOfNode(0, '');
}

function conditionOf(test: Test): string {
  const column = name(test.input);
  switch (test.kind) {
    case 'number':
      return `${numberSql(test.input, test.impute)} ${test.orEqual ? '<=' : '<'} ${double(test.limit)}`;
    case 'level':
      return `${column} = ${text(test.level)}`;
    case 'missing':
      return test.levels.length > 0
        ? `COALESCE(${column} NOT IN (${test.levels.map(text).join(', ')}), TRUE)`
        : `NOT COALESCE(CAST(${column} AS DOUBLE) <= ${double(GREATEST)}, FALSE)`;
  }
}

function numberSql(input: string, impute: number): string {
  const value = `CAST(${name(input)} AS DOUBLE)`;
  return `COALESCE(CASE WHEN ${value} <= ${double(GREATEST)} THEN ${value} END, ${double(impute)})`;
}

function logisticSql(
  { mean, scale, bias, weights }: PublishedLogistic,
  design: Design,
  classes: readonly string[],
): string {
  const columns = design.columns.map((column, index) => {
    const value =
      column.kind === 'number'
        ? numberSql(inputOf(design, column), column.impute)
        : `CASE WHEN ${conditionOf(testOf(design, column))} THEN 1E0 ELSE 0E0 END`;
    return `((${value} - ${double(mean[index] as number)}) / ${double(scale[index] as number)})`;
  });
  const scores = classes.map((_, label) => {
    const terms = columns.map(
      (column, index) => `\n      + ${double(weights[label]?.[index] as number)} * ${column}`,
    );
    return `(${double(bias[label] as number)}${terms.join('')})`;
  });
  const cases = classes.map((label, index) => `  WHEN ${scores[index]}\n    THEN ${text(label)}`);
  return [`CASE GREATEST(\n  ${scores.join(',\n  ')}\n)`, ...cases, 'END'].join('\n');
}

function name(input: string): string {
  return `"${input.replaceAll('"', '""')}"`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** With an exponent: `0.1` is a DECIMAL, which adds otherwise. */
function double(value: number): string {
  return value.toExponential().replace('e', 'E');
}
