import { clusterTotals } from '../../src/statistics/clusters.ts';
import { type MeanInterval, meanInterval } from '../../src/statistics/mean-interval.ts';
import { studentQuantile } from '../../src/statistics/quantiles.ts';
import { Random } from '../../src/statistics/random.ts';
import { beta, clustersOf, type Sizes, sizesOf } from './draws.ts';
import { percent, type Section } from './table.ts';

const CLUSTERS = [8, 12, 20, 30, 60, 200];
const MEANS = [0.5, 0.7, 0.85, 0.9, 0.95, 0.97];
const SHAPES: readonly (readonly [Sizes, number])[] = [
  [1, 0],
  ['1–18', 0.1],
  ['1–18', 0.3],
  ['1–18', 0.7],
  ['skewed', 0.3],
];

/** Yes-or-no values in clusters: how often does the interval hold the true mean? */
export function coverage(seed: string, samples: number): readonly [Section, Section] {
  const cells: { clusters: number; alike: number; mean: number; covered: number; plain: number }[] = [];
  const rows = SHAPES.flatMap(([kind, alike]) =>
    CLUSTERS.map((clusters) => {
      const shares = MEANS.map((mean) => {
        let covered = 0;
        let plain = 0;
        for (let sample = 0; sample < samples; sample += 1) {
          const name = `${seed}/${clusters}/${kind}/${alike}/${mean}/${sample}`;
          const random = new Random(name);
          const sizes = sizesOf(random, clusters, kind);
          const values = sizes.flatMap((size) => {
            const chance = beta(random, mean, alike);
            return Array.from({ length: size }, () => Number(random.unit() < chance));
          });
          const found = meanInterval(clusterTotals(values, clustersOf(sizes)), {
            seed: name,
          }) as MeanInterval;
          covered += Number(found.low <= mean && mean <= found.high);
          plain += Number(studentCovers(found, mean));
        }
        cells.push({ clusters, alike, mean, covered: covered / samples, plain: plain / samples });
        return percent(covered / samples);
      });
      return [kind, alike, clusters, ...shares];
    }),
  );
  return [
    {
      title: `Intervals of a mean: coverage, nominally 95 %, ${samples} samples a cell`,
      columns: ['rows a run', 'correlation', 'runs', ...MEANS.map((mean) => `mean ${mean}`)],
      rows,
      findings: [],
    },
    summary(cells),
  ];
}

/** The plain interval: mean ± t standard errors. */
function studentCovers({ mean, spread, clusters }: MeanInterval, truth: number): boolean {
  const error = Math.sqrt(spread * mean * (1 - mean));
  return Math.abs(mean - truth) <= studentQuantile(0.975, clusters - 1) * error + 1e-12;
}

function summary(
  cells: readonly { clusters: number; alike: number; mean: number; covered: number; plain: number }[],
): Section {
  const groups: readonly (readonly [string, (cell: (typeof cells)[number]) => boolean])[] = [
    ['all', () => true],
    ['from 20 runs, correlation to 0.3', ({ clusters, alike }) => clusters >= 20 && alike <= 0.3],
    ['from 20 runs, correlation 0.7, mean to 0.9', (c) => c.clusters >= 20 && c.alike > 0.3 && c.mean <= 0.9],
    [
      'from 20 runs, correlation 0.7, mean above 0.9',
      (c) => c.clusters >= 20 && c.alike > 0.3 && c.mean > 0.9,
    ],
    ['below 20 runs', ({ clusters }) => clusters < 20],
  ];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const lines = groups.map(([title, belongs]) => {
    const own = cells.filter(belongs);
    const shares = own.map(({ covered }) => covered);
    const inside = shares.filter((share) => share >= 0.93 && share <= 0.97).length;
    return {
      title,
      mean: mean(shares),
      least: Math.min(...shares),
      cells: [
        title,
        own.length,
        percent(mean(shares)),
        percent(Math.min(...shares)),
        shares.filter((share) => share < 0.93).length,
        inside,
        shares.filter((share) => share > 0.97).length,
        percent(mean(own.map(({ plain }) => plain))),
        percent(Math.min(...own.map(({ plain }) => plain))),
      ],
    };
  });
  return {
    title: 'Intervals of a mean, summed up',
    columns: [
      'settings',
      'cells',
      'mean',
      'least',
      'below 93 %',
      '93–97 %',
      'above 97 %',
      'mean ± t: mean',
      'mean ± t: least',
    ],
    rows: lines.map(({ cells: own }) => own),
    findings: lines.slice(0, 2).map(({ title, mean: average }) => ({
      text: `${title}: covers the truth in 93 to 97 % on average (${percent(average)})`,
      holds: average >= 0.93 && average <= 0.97,
    })),
  };
}
