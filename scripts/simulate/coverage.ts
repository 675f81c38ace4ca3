import { type ClusterTotals, clusterTotals, total } from '../../src/statistics/clusters.ts';
import { LowerLimit } from '../../src/statistics/lower-limit.ts';
import { type MeanInterval, meanInterval } from '../../src/statistics/mean-interval.ts';
import { Random } from '../../src/statistics/random.ts';
import { beta, clustersOf, type Sizes, sizesOf } from './draws.ts';
import { percent, type Section } from './table.ts';

const CLUSTERS = [5, 8, 12, 20, 30, 60, 200];
const SIZES: readonly Sizes[] = [1, 18, '1–50', 'skewed'];
const ALIKE = [0, 0.1, 0.4, 0.9];
const MEANS = [0.5, 0.7, 0.85, 0.9, 0.95, 0.99, 1];
const THRESHOLD = 0.85;
/** A cell that looks worse is simulated again, ten times as often: the least of many is too low by chance. */
const SUSPECT = 0.94;
const TAIL = 0.025;
/** One sample of so many has its limits computed, for their width. */
const MEASURED = 10;

interface Cell {
  readonly kind: Sizes;
  readonly clusters: number;
  readonly alike: number;
  readonly mean: number;
  readonly covered: number;
  readonly width: number;
  readonly above: number;
}

/** Yes-or-no values in clusters: how often does the interval hold the true mean, and how wide is it? */
export function coverage(seed: string, samples: number): readonly Section[] {
  const cells = SIZES.flatMap((kind) =>
    CLUSTERS.flatMap((clusters) =>
      ALIKE.flatMap((alike) =>
        MEANS.map((mean) => {
          const cell = { kind, clusters, alike, mean };
          const found = simulate(`${seed}/first`, samples, cell);
          if (found.covered >= SUSPECT) return found;
          const { covered } = simulate(`${seed}/again`, 10 * samples, cell, 0);
          return { ...found, covered };
        }),
      ),
    ),
  );
  return [summary(cells, samples), worstCells(cells)];
}

type Design = Pick<Cell, 'kind' | 'clusters' | 'alike' | 'mean'>;

function simulate(
  seed: string,
  samples: number,
  design: Design,
  widths = Math.ceil(samples / MEASURED),
): Cell {
  const { kind, clusters, alike, mean } = design;
  const count = { covered: 0, above: 0 };
  const measured = { width: 0, above: 0 };
  const known = new Map<string, Judged>();
  for (let sample = 0; sample < samples; sample += 1) {
    const random = new Random(`${seed}/${clusters}/${kind}/${alike}/${mean}/${sample}`);
    const totals = yesOrNo(random, sizesOf(random, clusters, kind), mean, alike);
    const name = Array.from(totals.sums, (sum, index) => `${sum}/${totals.sizes[index]}`)
      .sort()
      .join();
    const found = known.get(name) ?? judgedBy(totals, mean);
    known.set(name, found);
    count.covered += Number(found.covers);
    count.above += Number(found.above);
    if (sample >= widths) continue;
    const { low, high } = found.limits();
    measured.width += high - low;
    measured.above += Number(low > THRESHOLD);
  }
  const above = mean > THRESHOLD ? measured.above / widths : count.above / samples;
  return { ...design, covered: count.covered / samples, width: measured.width / widths, above };
}

interface Judged {
  readonly covers: boolean;
  /** Whether the lower limit is above the threshold; not looked at where the mean is. */
  readonly above: boolean;
  readonly limits: () => Pick<MeanInterval, 'low' | 'high'>;
}

/** Whether a limit is beyond a value is told many times as fast as what the limit is. */
function judgedBy(totals: ClusterTotals, mean: number): Judged {
  const misses = Array.from(totals.sizes, (size, index) => size - (totals.sums[index] as number));
  const own = 1 - total(Float64Array.from(misses)) / total(totals.sizes);
  const sized = (values: readonly number[]) =>
    values.map((value, index) => ({ misses: value, size: totals.sizes[index] as number }));
  const below = new LowerLimit(sized(misses));
  const above = new LowerLimit(sized([...totals.sums]));
  const isAbove = (value: number) => own > value && below.exceeds(value, TAIL);
  const isBelow = own < mean && above.exceeds(1 - mean, TAIL);
  let limits: Pick<MeanInterval, 'low' | 'high'> | undefined;
  return {
    covers: !isBelow && !isAbove(mean),
    above: mean <= THRESHOLD && isAbove(THRESHOLD),
    limits: () => {
      if (limits) return limits;
      const { low, high } = meanInterval(totals) as MeanInterval;
      limits = { low, high };
      return limits;
    },
  };
}

/** Values 0 and 1 in clusters, of that mean and intraclass correlation. */
export function yesOrNo(
  random: Random,
  sizes: readonly number[],
  mean: number,
  alike: number,
): ClusterTotals {
  const values = sizes.flatMap((size) => {
    const chance = beta(random, mean, alike);
    return Array.from({ length: size }, () => Number(random.unit() < chance));
  });
  return clusterTotals(values, clustersOf(sizes));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function summary(cells: readonly Cell[], samples: number): Section {
  const groups: readonly (readonly [string, (cell: Cell) => boolean])[] = [
    ['all', () => true],
    ...CLUSTERS.map((clusters) => [`${clusters} runs`, (cell: Cell) => cell.clusters === clusters] as const),
    ...ALIKE.map((alike) => [`correlation ${alike}`, (cell: Cell) => cell.alike === alike] as const),
    ...SIZES.map((kind) => [`rows a run: ${kind}`, (cell: Cell) => cell.kind === kind] as const),
  ];
  const lines = groups.map(([title, belongs]) => {
    const own = cells.filter(belongs);
    const shares = own.map(({ covered }) => covered);
    const aboveAt = (...means: number[]) =>
      own.filter(({ mean }) => means.includes(mean)).map(({ above }) => above);
    const wrong = aboveAt(0.5, 0.7, 0.85);
    return [
      title,
      own.length,
      percent(average(shares)),
      percent(Math.min(...shares)),
      shares.filter((share) => share < 0.9).length,
      average(own.map(({ width }) => width)).toFixed(3),
      `${percent(average(wrong))} / ${percent(Math.max(...wrong))}`,
      [0.95, 0.99, 1].map((mean) => percent(average(aboveAt(mean)))).join(' / '),
    ];
  });
  const least = Math.min(...cells.map(({ covered }) => covered));
  const width = average(cells.map((cell) => cell.width));
  return {
    title: `Intervals of a mean, nominally 95 %, ${samples} samples a cell, ten times as many where it matters`,
    columns: [
      'settings',
      'cells',
      'coverage',
      'least',
      'cells below 90 %',
      'width',
      'wrongly above 0.85: mean / most',
      'found above 0.85 at 0.95 / 0.99 / 1',
    ],
    rows: lines,
    findings: [
      {
        text: `covers the truth in at least 91 % of any cell (least: ${percent(least)})`,
        holds: least >= 0.91,
      },
      { text: `is at most 0.24 wide on average (${width.toFixed(3)})`, holds: width <= 0.24 },
    ],
  };
}

/** The worst cells, named. */
function worstCells(cells: readonly Cell[]): Section {
  const worst = cells.toSorted((one, other) => one.covered - other.covered).slice(0, 12);
  return {
    title: 'Intervals of a mean: the cells that are covered least',
    columns: ['rows a run', 'runs', 'correlation', 'mean', 'coverage', 'width'],
    rows: worst.map(({ kind, clusters, alike, mean, covered, width }) => [
      kind,
      clusters,
      alike,
      mean,
      percent(covered),
      width.toFixed(3),
    ]),
    findings: [],
  };
}
