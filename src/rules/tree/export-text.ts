import { commonest, type Tree } from './tree.ts';

/** A tree in the form of scikit-learn's `export_text`, thresholds to two decimals. */
export function exportText(
  { nodes }: Tree,
  columnNames: readonly string[],
  classNames: readonly string[],
): string {
  const lines: string[] = [];
  function describe(index: number, depth: number): void {
    const node = nodes[index];
    if (!node) return;
    const indent = `${'|   '.repeat(depth)}|---`;
    if (!node.split) {
      lines.push(`${indent} class: ${classNames[commonest(node)]}\n`);
      return;
    }
    const { feature, threshold, left, right } = node.split;
    const at = twoDecimals(threshold);
    lines.push(`${indent} ${columnNames[feature]} <= ${at}\n`);
    describe(left, depth + 1);
    lines.push(`${indent} ${columnNames[feature]} >  ${at}\n`);
    describe(right, depth + 1);
  }
  describe(0, 0);
  return lines.join('');
}

/** Python's `'%.2f'`: rounds an exact half to the even digit, where `toFixed` rounds it away from zero, and
 * never resorts to an exponent. */
export function twoDecimals(value: number): string {
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}.00`;
  if (Object.is(value, -0)) return '-0.00';
  // Of the halves of a hundredth only odd eighths are exact in binary.
  const eighths = value * 8;
  if (!Number.isInteger(eighths) || eighths % 2 === 0) return value.toFixed(2);
  const magnitude = Math.abs(value);
  const hundredths = (magnitude % 1) * 100;
  const even = 2 * Math.round(hundredths / 2);
  return `${value < 0 ? '-' : ''}${Math.trunc(magnitude)}.${even}`;
}
