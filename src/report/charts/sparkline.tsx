import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { isNumber, runDay } from '../../shared/numbers.ts';
import type { HistoryPoint } from '../data.ts';
import { endsOf, inPercent } from './scale.tsx';

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
  const along = scaleLinear()
    .domain([Math.min(...times), Math.max(...times, Math.min(...times) + 1)])
    .range([0.015 * WIDE, 0.985 * WIDE]);
  const y = scaleLinear()
    .domain([floor, 1])
    .range([HEIGHT - 5, 5])
    .clamp(true);
  const x = (index: number) => Math.round(along(times[index] ?? 0) * 10) / 10;
  const placed = points.map((point, index) => ({ ...point, x: x(index), ends: endsOf(point) }));
  const last = placed.at(-1);
  const band = area<(typeof placed)[number]>(
    (point) => point.x,
    (point) => y(point.ends?.[0] ?? 0),
    (point) => y(point.ends?.[1] ?? 0),
  )
    .digits(1)
    .defined(({ ends }) => ends !== null);
  const values = line<(typeof placed)[number]>(
    (point) => point.x,
    (point) => y(point.value),
  )
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
        <path class="course" d={values(placed) ?? ''} />
      </svg>
      {isNumber(threshold) && <line class="threshold" x1="0" x2="100%" y1={y(threshold)} y2={y(threshold)} />}
      {last && isNumber(last.value) && (
        <circle class="dot" cx={inPercent((last.x / WIDE) * 100)} cy={y(last.value)} r="4" />
      )}
    </svg>
  );
}
