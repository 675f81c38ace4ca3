import type { Design } from '../../results/fitted-rules.ts';
import { commonest, type TreeNode } from '../tree/tree.ts';

/** Values above are missing, as NaN is: no capture can hold infinity. */
export const GREATEST = Number.MAX_VALUE;

type Column = Design['columns'][number];

/** What a rule asks of one input: whether a number, or `impute` where it is missing, is below `limit`, or not above it;
 * whether it is a level; whether it is missing, that is no number, or, of an input that has levels, none of these. */
export type Test = { readonly input: string } & (
  | { readonly kind: 'number'; readonly impute: number; readonly limit: number; readonly orEqual: boolean }
  | { readonly kind: 'level'; readonly level: string }
  | { readonly kind: 'missing'; readonly levels: readonly string[] }
);

/** The question of a split, with the positions of the nodes to go to. One that sends all rows to one side, as a threshold
 * of 1 does for a level, has the same node for both answers. */
export function questionOf(
  design: Design,
  { feature, threshold, left, right }: NonNullable<TreeNode['split']>,
) {
  const column = design.columns[feature] as Column;
  if (column.kind !== 'number') {
    const answers = { yes: threshold >= 1 ? left : right, no: threshold >= 0 ? left : right };
    return { test: testOf(design, column), ...answers };
  }
  const { kind, impute } = column;
  const test: Test = { input: inputOf(design, column), kind, impute, ...limitOf(threshold) };
  return { test, yes: left, no: right };
}

/** The test that a column of ones and zeros has the answers of. */
export function testOf(design: Design, column: Exclude<Column, { kind: 'number' }>): Test {
  const input = inputOf(design, column);
  if (column.kind === 'level') return { input, kind: 'level', level: column.level };
  const levels = design.columns.flatMap((one) =>
    one.kind === 'level' && one.feature === column.feature ? [one.level] : [],
  );
  return { input, kind: 'missing', levels };
}

export function inputOf({ features }: Design, { feature }: Column): string {
  return features[feature] as string;
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

/** The label of a leaf. */
export function labelOf(leaf: TreeNode, classes: readonly string[]): string {
  return classes[commonest(leaf)] as string;
}
