import { evaluatedRows, MAX_EVALUATED_ROWS } from '../../src/rules/evaluation/evaluated-rows.ts';
import { clusterTotals } from '../../src/statistics/clusters.ts';
import { type MeanInterval, meanInterval } from '../../src/statistics/mean-interval.ts';
import { Random } from '../../src/statistics/random.ts';
import { beta, clustersOf, sizesOf } from './draws.ts';
import type { Section } from './table.ts';

const ROWS = 100_000;
const RUNS = [500, 2_000];
const ALIKE = [0, 0.2];
const MEANS = [0.85, 0.95];
const LEVEL = 0.95;
/** What a limit may move by: a step of the interval's grid, which is 0.007 at a mean of 0.85. */
const MOST = 0.0075;
/** In so many of all samples it moves by less. */
const SHARE = 0.95;

/** Matches of many rows in runs: how far do the limits move when part of the rows stands for all? */
export function evaluatedPart(seed: string, samples: number, most = MAX_EVALUATED_ROWS): Section {
  const cells = RUNS.flatMap((runs) =>
    ALIKE.flatMap((alike) =>
      MEANS.map((mean) => ({
        runs,
        alike,
        mean,
        moved: movesOf({ seed, samples, runs, alike, mean, most }),
      })),
    ),
  );
  const greatest = Math.max(...cells.map(({ moved }) => moved));
  return {
    title: `Evaluation on ${most} of ${ROWS} rows: how far the limits move`,
    columns: ['runs', 'alike', 'true match', `in ${100 * SHARE} % by at most`],
    rows: cells.map(({ runs, alike, mean, moved }) => [runs, alike, mean, moved.toFixed(4)]),
    findings: [
      { text: `by less than ${MOST} in each (${greatest.toFixed(4)} at the most)`, holds: greatest < MOST },
    ],
  };
}

interface Design {
  readonly seed: string;
  readonly samples: number;
  readonly runs: number;
  readonly alike: number;
  readonly mean: number;
  readonly most: number;
}

function movesOf({ seed, samples, runs, alike, mean, most }: Design): number {
  const moves = Array.from({ length: samples }, (_, sample) => {
    const random = new Random(`${seed}/${runs}/${alike}/${mean}/${sample}`);
    const sizes = sizesOf(random, runs, Math.round(ROWS / runs));
    const clusters = clustersOf(sizes);
    const matches = sizes.flatMap((size) => {
      const ofRun = beta(random, mean, alike);
      return Array.from({ length: size }, () => Number(random.unit() < ofRun));
    });
    const rows = evaluatedRows(clusters, `${seed}/${sample}`, most) ?? Int32Array.from(clusters.keys());
    const all = meanInterval(clusterTotals(matches, clusters), LEVEL) as MeanInterval;
    const picked = (values: readonly number[]) => Array.from(rows, (row) => values[row] as number);
    const part = meanInterval(clusterTotals(picked(matches), picked(clusters)), LEVEL) as MeanInterval;
    return Math.max(Math.abs(all.low - part.low), Math.abs(all.high - part.high));
  });
  return moves.sort((one, other) => one - other)[Math.ceil(SHARE * samples) - 1] as number;
}
