import { extent, pairs } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { isNumber, percent } from '../../shared/numbers.ts';
import { inPercent } from './scale.tsx';

interface Props {
  readonly finding: string;
  readonly points: readonly { depth: number; inSample: number; unseen: number | null }[];
  readonly threshold: number;
}

const HEIGHT = 176;
const yOf = scaleLinear()
  .domain([0, 1])
  .range([HEIGHT - 24, 14])
  .clamp(true);

/** What each question more is worth: the match in sample and on unseen runs by depth. */
export function DepthCurve({ finding, points, threshold }: Props) {
  const [least = 0, most = 0] = extent(points, ({ depth }) => depth);
  const along = scaleLinear()
    .domain([least, Math.max(most, least + 1)])
    .range([14, 88]);
  const placed = points.map((point) => ({ ...point, x: inPercent(along(point.depth)) }));
  const inSample = placed.map(({ x, inSample: own, unseen: other }) => ({ x, own, other }));
  const unseen = placed.map(({ x, inSample: other, unseen: own }) => ({ x, own, other }));
  return (
    <svg class="chart" role="img" aria-label={finding} width="100%" height={HEIGHT}>
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
        <text class="axis" x={x} y={HEIGHT - 6} text-anchor="middle">
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
