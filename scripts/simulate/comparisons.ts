import { clusterTotals } from '../../src/statistics/clusters.ts';
import { differenceInterval } from '../../src/statistics/difference-interval.ts';
import { meanInterval } from '../../src/statistics/mean-interval.ts';
import { Random } from '../../src/statistics/random.ts';
import { ratioInterval } from '../../src/statistics/ratio-interval.ts';
import { beta, clustersOf, sizesOf } from './draws.ts';
import { percent, type Section } from './table.ts';

const LEVELS = [
  [0.95, 0.9],
  [0.9, 0.95],
  [0.8, 0.6],
  [0.97, 0.97],
] as const;

/** Scores in [0, 1] in clusters, of two models: coverage of their paired difference, and of the ratio of their means
 * when the second was measured in a third of the same runs, or in runs of its own. */
export function comparisons(seed: string, samples: number): Section {
  const all: number[] = [];
  const rows = [12, 30, 100].flatMap((clusters) =>
    LEVELS.map(([first, second]) => {
      const held = { one: 0, difference: 0, shared: 0, separate: 0 };
      for (let sample = 0; sample < samples; sample += 1) {
        const name = `${seed}/${clusters}/${first}/${second}/${sample}`;
        const random = new Random(name);
        const own = scores(random, clusters, [first, second]);
        const other = scores(random, clusters, [first, second]);
        const holds = (found: { low: number; high: number } | null, truth: number) =>
          Number(found !== null && found.low <= truth && truth <= found.high);
        const ones = clusterTotals(own.first, own.clusters);
        held.one += holds(meanInterval(ones), first);
        const differences = own.first.map((value, index) => value - (own.second[index] as number));
        const paired = clusterTotals(differences, own.clusters);
        held.difference += holds(differenceInterval(paired, { seed: name, least: -1 }), first - second);
        const third = own.clusters.flatMap((cluster, row) => (cluster % 3 === 0 ? [row] : []));
        const few = clusterTotals(
          third.map((row) => own.second[row] as number),
          third.map((row) => own.clusters[row] as number),
        );
        held.shared += holds(ratioInterval(ones, few), first / second);
        const apart = clusterTotals(
          other.second,
          other.clusters.map((cluster) => cluster + clusters),
        );
        held.separate += holds(ratioInterval(ones, apart), first / second);
      }
      const { shared, ...others } = held;
      // A third of twelve runs is too few for an interval.
      const told = clusters < 15 ? { ...others } : { ...others, shared };
      all.push(...Object.values(told).map((count) => count / samples));
      const cell = (count: number | undefined) => (count === undefined ? '–' : percent(count / samples));
      return [
        clusters,
        first,
        second,
        cell(held.one),
        cell(held.difference),
        cell('shared' in told ? shared : undefined),
        cell(held.separate),
      ];
    }),
  );
  const average = all.reduce((sum, share) => sum + share, 0) / all.length;
  return {
    title: `Means of scores, differences and ratios: coverage, nominally 95 %, ${samples} samples a cell`,
    columns: [
      'runs',
      'first mean',
      'second mean',
      'first mean: coverage',
      'paired difference',
      'ratio, a third of the runs shared',
      'ratio, separate runs',
    ],
    rows,
    findings: [
      {
        text: `at least 93 % on average (${percent(average)}, least ${percent(Math.min(...all))})`,
        holds: average >= 0.93,
      },
    ],
  };
}

/** Scores of two models that share what is hard about a run; a good part of them is exactly 1. */
function scores(random: Random, clusters: number, [one, other]: readonly [number, number]) {
  const sizes = sizesOf(random, clusters, '1–18');
  const first: number[] = [];
  const second: number[] = [];
  for (const size of sizes) {
    // Two thirds of the runs' hardness are common to both.
    const luck = random.unit();
    const chances = [one, other].map((mean) => (luck < 0.5 ? mean + (1 - mean) / 2 : mean - (1 - mean) / 2));
    for (let row = 0; row < size; row += 1) {
      first.push(1 - missOf(random, chances[0] as number));
      second.push(1 - missOf(random, chances[1] as number));
    }
  }
  return { first, second, clusters: clustersOf(sizes) };
}

/** Half of all misses are whole ones, the others of any size. */
function missOf(random: Random, chance: number): number {
  const missing = 1 - chance;
  return random.unit() < 0.5 ? Number(random.unit() < missing) : beta(random, missing, 0.3);
}
