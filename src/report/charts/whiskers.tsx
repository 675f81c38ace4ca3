import {
  between,
  isNumber,
  percent,
  type Range,
  withBriefInterval,
  withInterval,
} from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { anchorAt, endsOf, SHARE_TICKS, shareX } from './scale.tsx';

interface Whisker {
  readonly label: string;
  /** Share in [0, 1]; null leaves the row without a dot. */
  readonly value: number | null;
  readonly interval: Range;
  /** A second, lesser number of the same row: a small tick. */
  readonly tick?: number | null;
  /** What lies behind the row as a band. */
  readonly band?: Range;
}

interface Props {
  /** What the picture shows, in words. */
  readonly finding: string;
  readonly rows: readonly Whisker[];
  readonly marks: readonly { share: number; kind: keyof typeof MARKS }[];
}

const MARKS = { threshold: 'to be clear of:', baseline: 'baseline' } as const;
const ROW = 44;
const LINE = 16;

/** Shares with their intervals below each other, against the lines that they must be clear of. */
export function Whiskers({ finding, rows, marks }: Props) {
  const shown = marks.filter(({ share }) => isNumber(share));
  const top = shown.length * LINE + 4;
  const bottom = top + rows.length * ROW;
  return (
    <svg class="chart" role="img" aria-label={finding} width="100%" height={bottom + 22}>
      <title>{finding}</title>
      {SHARE_TICKS.map((tick) => (
        <>
          <Upright class="grid" at={tick} y1={top} y2={bottom} />
          <text class="axis" x={shareX(tick)} y={bottom + 15} text-anchor={anchorAt(tick)}>
            {percent(tick)}
          </text>
        </>
      ))}
      {shown.map(({ share, kind }, index) => (
        <>
          <Upright class={kind} at={share} y1={index * LINE + 15} y2={bottom} />
          <text class="mark" x={shareX(share)} y={index * LINE + 11} text-anchor={anchorAt(share)}>
            {MARKS[kind]} {percent(share)}
          </text>
        </>
      ))}
      {rows.map((row, index) => (
        <Row row={row} y={top + index * ROW} />
      ))}
    </svg>
  );
}

function Row({ row, y }: { readonly row: Whisker; readonly y: number }) {
  const middle = y + 30;
  return (
    <>
      <text class="label" x="0" y={y + 14}>
        {truncate(row.label, 26)}
        <tspan class="value" dx="10">
          {withInterval(row.value, row.interval)}
        </tspan>
      </text>
      <line class="track" x1={shareX(0)} x2={shareX(1)} y1={middle} y2={middle} />
      <Span class="ceiling" range={row.band} y={middle - 7} height={14} />
      <Span class="interval" range={row.interval} y={middle - 3} height={6} />
      <Upright class="tick" at={row.tick} y1={middle - 8} y2={middle + 8} />
      {isNumber(row.value) && <circle class="dot" cx={shareX(row.value)} cy={middle} r="5" />}
    </>
  );
}

/** A line at a share; none without one. */
function Upright({
  class: name,
  at,
  y1,
  y2,
}: {
  class: string;
  at: number | null | undefined;
  y1: number;
  y2: number;
}) {
  return isNumber(at) ? <line class={name} x1={shareX(at)} x2={shareX(at)} y1={y1} y2={y2} /> : null;
}

/** A bar from one share to another; none where one is missing. */
function Span({ class: name, range, y, height }: { class: string; range: Range; y: number; height: number }) {
  const ends = endsOf(range);
  if (!ends) return null;
  const [from, to] = ends.map((share) => Number.parseFloat(shareX(share))) as [number, number];
  const width = Math.max(to - from, 0.4);
  return <rect class={name} x={`${from}%`} width={`${width.toFixed(2)}%`} y={y} height={height} rx="1" />;
}

interface MiniProps {
  readonly name: string;
  readonly measure: string;
  readonly value: number;
  readonly interval: Range;
  readonly threshold: number;
  readonly baseline?: number;
}

const MIDDLE = 7;

/** One share with its interval on a line from 0 to 1, within a line of text. */
export function MiniLine({ name, measure, value, interval, threshold, baseline }: MiniProps) {
  const finding = `${measure} ${percent(value)}, interval ${between(interval)}`;
  return (
    <div class="mini-line">
      <span class="small mini-name">{name}</span>
      <svg class="chart mini" role="img" aria-label={finding} width="100%" height={14}>
        <title>{finding}</title>
        <line class="track" x1={shareX(0)} x2={shareX(1)} y1={MIDDLE} y2={MIDDLE} />
        <Span class="interval" range={interval} y={MIDDLE - 4} height={8} />
        <Upright class="baseline" at={baseline} y1={1} y2={13} />
        {isNumber(value) && <circle class="dot" cx={shareX(value)} cy={MIDDLE} r="3.5" />}
        <Upright class="threshold" at={threshold} y1={0} y2={14} />
      </svg>
      <span class="small num">{withBriefInterval(value, interval)}</span>
    </div>
  );
}
