import type { Design } from '../../results/fitted-rules.ts';
import type { TreeNode } from '../tree/tree.ts';

/** Values above are missing, as NaN is: no capture can hold infinity. */
export const GREATEST = Number.MAX_VALUE;

/** What a rule asks of one input. */
export type Test =
  /** Whether a number, or `impute` where it is missing, is below `limit`, or not above it. */
  | { readonly kind: 'number'; readonly impute: number; readonly limit: number; readonly orEqual: boolean }
  | { readonly kind: 'level'; readonly level: string }
  /** Whether it is no number, or, of an input that has levels, none of these. */
  | { readonly kind: 'missing'; readonly levels: readonly string[] };

/** A split of a tree, as a question to an input. */
export interface Question {
  readonly input: string;
  readonly test: Test;
  /** Positions of the nodes to go to. */
  readonly yes: number;
  readonly no: number;
}

/** The question of a split. One that sends all rows to one side, as a threshold of 1 does for a level, has the same node
 * for both answers. */
export function questionOf(design: Design, split: NonNullable<TreeNode['split']>): Question {
  const { threshold, left, right } = split;
  const column = design.columns[split.feature] as Design['columns'][number];
  const input = design.features[column.feature] as string;
  if (column.kind === 'number') {
    const test = { kind: 'number', impute: column.impute, ...limitOf(threshold) } as const;
    return { input, test, yes: left, no: right };
  }
  const answers = { yes: threshold >= 1 ? left : right, no: threshold >= 0 ? left : right };
  const test =
    column.kind === 'level'
      ? ({ kind: 'level', level: column.level } as const)
      : ({ kind: 'missing', levels: levelsOf(design, column.feature) } as const);
  return { input, test, ...answers };
}

/** The levels of an input; none of a number. */
export function levelsOf(design: Design, feature: number): string[] {
  return design.columns.flatMap((one) =>
    one.kind === 'level' && one.feature === feature ? [one.level] : [],
  );
}

/** The bound of the doubles that, rounded to float32 as a tree does, are at most `threshold`. It lies halfway between
 * the greatest such float32 and the next one, and itself rounds to the even one of them. */
export function limitOf(threshold: number): { readonly limit: number; readonly orEqual: boolean } {
  const floats = new Float32Array([threshold]);
  const bits = new Int32Array(floats.buffer);
  // The bits of a negative number ascend as it descends.
  const step = (towards: 1 | -1) => {
    if (floats[0] === 0) bits[0] = towards === 1 ? 1 : 0x8000_0001;
    else bits[0] = (bits[0] as number) + ((floats[0] as number) > 0 ? towards : -towards);
  };
  if ((floats[0] as number) > threshold) step(-1);
  const [below, isEven] = [floats[0] as number, ((bits[0] as number) & 1) === 0];
  step(1);
  const above = floats[0] as number;
  return { limit: below + ((Number.isFinite(above) ? above : 2 ** 128) - below) / 2, orEqual: isEven };
}

/** The label of a leaf: the commonest class of its rows, of equal ones the first. */
export function labelOf({ counts }: TreeNode, classes: readonly string[]): string {
  return classes[counts.indexOf(Math.max(...counts))] as string;
}
