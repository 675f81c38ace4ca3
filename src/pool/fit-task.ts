import type { Feature } from '../agents/family.ts';
import type { EvaluationOptions } from '../rules/evaluation/evaluate.ts';
import type { EarlierRules } from '../rules/prospective.ts';

interface LabelCodes {
  readonly name: string;
  /** Index into `labelTexts` of each row, -1 for none. */
  readonly codes: Int32Array;
}

/** The rows of one subject, ready to be fitted. */
export interface FitTask {
  readonly features: readonly Feature[];
  readonly rows: number;
  /** Row-major, rows × features; NaN is missing. */
  readonly values: Float64Array;
  /** The decision first, then companions. */
  readonly labels: readonly [LabelCodes, ...LabelCodes[]];
  readonly labelTexts: readonly string[];
  readonly maxDepth: number;
  /** 1 for each row that a simulation made. */
  readonly simulated: Uint8Array;
  /** Number of the run that each row belongs to; numbers ascend in time. */
  readonly runs: Int32Array;
  /** Day of each row, counted from 1970-01-01. */
  readonly days: Int32Array;
  readonly evaluation: EvaluationOptions;
  /** Rules of earlier runs, and the window of this one. */
  readonly earlier: EarlierRules;
}
