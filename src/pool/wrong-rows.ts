import type { EvaluatedFit } from '../results/rules.ts';
import { predictRules } from '../rules/predict-rules.ts';
import type { FitTask } from './fit-task.ts';

/** A row that a rule decides otherwise than the agent did. */
interface WrongRow {
  /** Position among the rows that the rule was fitted to. */
  readonly row: number;
  readonly decision: string;
  readonly rule: string;
  /** By feature; a level by its name, null where the value is missing. */
  readonly values: Readonly<Record<string, number | string | null>>;
}

/** What a rule gets wrong of the rows it was fitted to. */
export interface WrongRows {
  readonly count: number;
  /** The first of them, at most SAMPLE. */
  readonly sample: readonly WrongRow[];
}

const SAMPLE = 50;

/** By rule; the logistic regression's only where it explains the agent. */
export interface WrongByRule {
  readonly tree: WrongRows;
  readonly exact?: WrongRows;
  readonly logistic?: WrongRows;
}

/** The rows that the published rules get wrong, of which `columns` are those under the rules' design. Rows come newest first, and so do these. */
export function wrongRows(task: FitTask, fit: EvaluatedFit, columns: readonly Float64Array[]): WrongByRule {
  const { tree, logistic, exact } = predictRules(fit.rules, columns, task.rows);
  const explains = fit.evaluation.rules.logistic?.verdict === 'explained';
  return {
    tree: wrongWhere(task, fit, tree),
    ...(exact && { exact: wrongWhere(task, fit, exact) }),
    ...(logistic && explains && { logistic: wrongWhere(task, fit, logistic) }),
  };
}

function wrongWhere(task: FitTask, { classes }: EvaluatedFit, predicted: Int32Array): WrongRows {
  const [{ codes }] = task.labels;
  const decisionOf = (row: number) => task.labelTexts[codes[row] as number] as string;
  const ruleOf = (row: number) => classes[predicted[row] as number]?.label as string;
  const rows = [...predicted.keys()].filter((row) => decisionOf(row) !== ruleOf(row));
  const sample = rows.slice(0, SAMPLE).map((row) => {
    return { row, decision: decisionOf(row), rule: ruleOf(row), values: valuesOf(task, row) };
  });
  return { count: rows.length, sample };
}

function valuesOf({ features, values }: FitTask, row: number): WrongRow['values'] {
  const found = features.map(({ name, levels }, index): [string, number | string | null] => {
    const value = values[row * features.length + index] as number;
    if (Number.isNaN(value)) return [name, null];
    return [name, levels?.[value] ?? value];
  });
  return Object.fromEntries(found);
}
