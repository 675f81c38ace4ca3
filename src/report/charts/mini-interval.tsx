import { isNumber, type Range } from '../../shared/numbers.ts';
import { endsOf, shareX } from './scale.ts';
import { Span } from './whiskers.tsx';

interface Props {
  readonly finding: string;
  readonly value: number;
  readonly interval: Range;
  readonly threshold: number;
  readonly baseline?: number;
}

const MIDDLE = 7;

/** One share with its interval on a line from 0 to 1, in the height of a line of text. */
export function MiniInterval({ finding, value, interval, threshold, baseline }: Props) {
  const ends = endsOf(interval);
  return (
    <svg class="chart mini" role="img" aria-label={finding} width="100%" height={14}>
      <title>{finding}</title>
      <line class="track" x1={shareX(0)} x2={shareX(1)} y1={MIDDLE} y2={MIDDLE} />
      {ends && <Span class="interval" ends={ends} y={MIDDLE - 4} height={8} />}
      {isNumber(baseline) && (
        <line class="baseline" x1={shareX(baseline)} x2={shareX(baseline)} y1={1} y2={13} />
      )}
      {isNumber(value) && <circle class="dot" cx={shareX(value)} cy={MIDDLE} r="3.5" />}
      <line class="threshold" x1={shareX(threshold)} x2={shareX(threshold)} y1={0} y2={14} />
    </svg>
  );
}
