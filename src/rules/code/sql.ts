import type { Design, PublishedLogistic } from '../../results/fitted-rules.ts';
import { GREATEST, labelOf, levelsOf, questionOf, type Test } from './questions.ts';
import type { CodedRule } from './rule.ts';

/** A rule as one SQL expression for DuckDB and Athena, over columns named as the inputs: it gives the label. NULL, NaN
 * and an unknown level are missing. */
export function sqlOf({ classes, design, rule }: CodedRule): string {
  return 'nodes' in rule ? treeSql(rule.nodes, design, classes) : logisticSql(rule, design, classes);
}

function treeSql(
  nodes: Extract<CodedRule['rule'], { nodes: unknown }>['nodes'],
  design: Design,
  classes: readonly string[],
): string {
  const sqlOfNode = (index: number, indent: string): string => {
    const node = nodes[index] as (typeof nodes)[number];
    if (!node.split) return text(labelOf(node, classes));
    const { input, test, yes, no } = questionOf(design, node.split);
    if (yes === no) return sqlOfNode(yes, indent);
    const deeper = `${indent}  `;
    return [
      `CASE WHEN ${conditionOf(input, test)}`,
      `${deeper}THEN ${sqlOfNode(yes, deeper)}`,
      `${deeper}ELSE ${sqlOfNode(no, deeper)}`,
      `${indent}END`,
    ].join('\n');
  };
  return sqlOfNode(0, '');
}

function conditionOf(input: string, test: Test): string {
  const column = name(input);
  switch (test.kind) {
    case 'number':
      return `${numberSql(input, test.impute)} ${test.orEqual ? '<=' : '<'} ${double(test.limit)}`;
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
    const input = design.features[column.feature] as string;
    const levels = levelsOf(design, column.feature);
    const test = column.kind === 'level' ? column : ({ kind: 'missing', levels } as const);
    const value =
      column.kind === 'number'
        ? numberSql(input, column.impute)
        : `CASE WHEN ${conditionOf(input, test)} THEN 1E0 ELSE 0E0 END`;
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
