import { scaleLinear } from 'd3-scale';
import { isNumber, percent } from '../../shared/numbers.ts';
import { inPercent } from './scale.tsx';

interface DepthPoint {
  readonly depth: number;
  readonly inSample: number;
  readonly unseen: number | null;
}

interface Props {
  readonly finding: string;
  readonly points: readonly DepthPoint[];
  readonly threshold: number;
}

const HEIGHT = 176;
const yOf = scaleLinear()
  .domain([0, 1])
  .range([HEIGHT - 24, 14])
  .clamp(true);

/** What each question more is worth: the match in sample and on unseen runs by depth. */
export function DepthCurve({ finding, points, threshold }: Props) {
  const depths = points.map(({ depth }) => depth);
  const along = scaleLinear()
    .domain([Math.min(...depths), Math.max(...depths, Math.min(...depths) + 1)])
    .range([14, 88]);
  const x = (depth: number) => inPercent(along(depth));
  const last = points.at(-1);
  const unseen = points.flatMap((point) =>
    isNumber(point.unseen) ? [{ depth: point.depth, value: point.unseen }] : [],
  );
  const inSample = points.flatMap(({ depth, inSample: value }) =>
    isNumber(value) ? [{ depth, value }] : [],
  );
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
      {depths.map((depth) => (
        <text class="axis" x={x(depth)} y={HEIGHT - 6} text-anchor="middle">
          {depth}
        </text>
      ))}
      <Steps class="in-sample" points={inSample} x={x} />
      <Steps class="unseen-match" points={unseen} x={x} />
      {last && isNumber(last.inSample) && (
        <text class="lesser" x={x(last.depth)} dx="10" y={labelY(last.inSample, last.unseen, -1)}>
          {percent(last.inSample)}
        </text>
      )}
      {last && isNumber(last.unseen) && (
        <text class="value" x={x(last.depth)} dx="10" y={labelY(last.unseen, last.inSample, 1)}>
          {percent(last.unseen)}
        </text>
      )}
    </svg>
  );
}

interface StepsProps {
  readonly class: string;
  readonly points: readonly { readonly depth: number; readonly value: number }[];
  readonly x: (depth: number) => string;
}

function Steps({ class: name, points, x }: StepsProps) {
  return (
    <g class={name}>
      {points.slice(1).map((to, index) => {
        const from = points[index] ?? to;
        return <line x1={x(from.depth)} y1={yOf(from.value)} x2={x(to.depth)} y2={yOf(to.value)} />;
      })}
      {points.map(({ depth, value }) => (
        <circle cx={x(depth)} cy={yOf(value)} r="3.5" />
      ))}
    </g>
  );
}

/** Moves the label of one of two near points to its side. */
function labelY(own: number, other: number | null, side: 1 | -1): number {
  const near = isNumber(other) && Math.abs(yOf(own) - yOf(other)) < 15;
  return (near ? (yOf(own) + yOf(other)) / 2 + side * 8 : yOf(own)) + 4;
}
