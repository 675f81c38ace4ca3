import { extent, pairs } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { EvaluatedRule } from '../../results/rules.ts';
import { isNumber, percent, runDay } from '../../shared/numbers.ts';
import type { HistoryPoint } from '../data.ts';
import { endsOf, inPercent } from './scale.tsx';

interface CurveProps {
  readonly finding: string;
  readonly points: NonNullable<EvaluatedRule['by_depth']>;
  readonly threshold: number;
}

const CURVE_HEIGHT = 176;
const yOf = scaleLinear()
  .domain([0, 1])
  .range([CURVE_HEIGHT - 24, 14])
  .clamp(true);

/** What each question more is worth: the match in sample and on unseen runs by depth. */
export function DepthCurve({ finding, points, threshold }: CurveProps) {
  const [least = 0, most = 0] = extent(points, ({ depth }) => depth);
  const along = scaleLinear()
    .domain([least, Math.max(most, least + 1)])
    .range([14, 88]);
  const placed = points.map((point) => ({ ...point, x: inPercent(along(point.depth)) }));
  const inSample = placed.map(({ x, match_rate, out_of_sample }) => ({
    x,
    own: match_rate,
    other: out_of_sample,
  }));
  const unseen = placed.map(({ x, match_rate, out_of_sample }) => ({
    x,
    own: out_of_sample,
    other: match_rate,
  }));
  return (
    <svg class="chart" role="img" aria-label={finding} width="100%" height={CURVE_HEIGHT}>
      <title>{finding}</title>
      {[0, 0.5, 1].map((tick) => (
        <>
          <line class="grid" x1="9%" x2="100%" y1={yOf(tick)} y2={yOf(tick)} />
          <text class="axis" x="0" y={yOf(tick) + 4}>
            {percent(tick)}
          </text>
        </>
      ))}
      <line class="threshold" x1="9%" x2="100%" y1={yOf(threshold)} y2={yOf(threshold)} />
      {placed.map(({ depth, x }) => (
        <text class="axis" x={x} y={CURVE_HEIGHT - 6} text-anchor="middle">
          {depth}
        </text>
      ))}
      <Course class="in-sample" label="lesser" points={inSample} side={-1} />
      <Course class="unseen-match" label="value" points={unseen} side={1} />
    </svg>
  );
}

interface CourseProps {
  readonly class: string;
  /** Class of the label of its end. */
  readonly label: string;
  /** Shares of this course, and of the other one beside it. */
  readonly points: readonly { x: string; own: number | null; other: number | null }[];
  readonly side: 1 | -1;
}

function Course({ class: name, label, points, side }: CourseProps) {
  const known = points.flatMap(({ x, own, other }) => (isNumber(own) ? [{ x, own, other }] : []));
  const last = known.at(-1);
  return (
    <>
      <g class={name}>
        {pairs(known).map(([from, to]) => (
          <line x1={from.x} y1={yOf(from.own)} x2={to.x} y2={yOf(to.own)} />
        ))}
        {known.map(({ x, own }) => (
          <circle cx={x} cy={yOf(own)} r="3.5" />
        ))}
      </g>
      {last && (
        <text class={label} x={last.x} dx="10" y={labelY(last.own, last.other, side)}>
          {percent(last.own)}
        </text>
      )}
    </>
  );
}

/** Moves the label of one of two near points to its side. */
function labelY(own: number, other: number | null, side: 1 | -1): number {
  const near = isNumber(other) && Math.abs(yOf(own) - yOf(other)) < 15;
  return (near ? (yOf(own) + yOf(other)) / 2 + side * 8 : yOf(own)) + 4;
}

interface Props {
  readonly finding: string;
  /** Two or more, oldest first. */
  readonly points: readonly HistoryPoint[];
  readonly threshold: number | undefined;
  /** Share in [0, 1) at the bottom of the picture; its top is 1. */
  readonly floor: number;
}

const HEIGHT = 56;
const WIDE = 1000;

/** One number over the runs, with its interval as a band. Days lie apart as they do in time. */
export function Sparkline({ finding, points, threshold, floor }: Props) {
  const days = points.map(({ runId }) => Date.parse(runDay(runId)));
  const times = days.every(Number.isFinite) ? days : points.map((_, index) => index);
  const [first = 0, end = 0] = extent(times);
  const along = scaleLinear()
    .domain([first, Math.max(end, first + 1)])
    .range([0.015 * WIDE, 0.985 * WIDE]);
  const y = scaleLinear()
    .domain([floor, 1])
    .range([HEIGHT - 5, 5])
    .clamp(true);
  const placed = points.map((point, index) => {
    return { ...point, x: Math.round(along(times[index] ?? 0) * 10) / 10, ends: endsOf(point) };
  });
  const last = placed.at(-1);
  const band = area<(typeof placed)[number]>()
    .x(({ x }) => x)
    .y0(({ ends }) => y(ends?.[0] ?? 0))
    .y1(({ ends }) => y(ends?.[1] ?? 0))
    .digits(1)
    .defined(({ ends }) => ends !== null);
  const course = line<(typeof placed)[number]>()
    .x(({ x }) => x)
    .y(({ value }) => y(value))
    .digits(1)
    .defined(({ value }) => isNumber(value));
  return (
    <svg class="chart" role="img" aria-label={finding} width="100%" height={HEIGHT}>
      <title>{finding}</title>
      <svg
        width="100%"
        height={HEIGHT}
        viewBox={`0 0 ${WIDE} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path class="band" d={band(placed) ?? ''} />
        <path class="course" d={course(placed) ?? ''} />
      </svg>
      {isNumber(threshold) && <line class="threshold" x1="0" x2="100%" y1={y(threshold)} y2={y(threshold)} />}
      {last && isNumber(last.value) && (
        <circle class="dot" cx={inPercent((last.x / WIDE) * 100)} cy={y(last.value)} r="4" />
      )}
    </svg>
  );
}
