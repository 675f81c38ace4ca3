import type { ClusterTotals } from '../../src/statistics/clusters.ts';
import { type MeanInterval, meanInterval, sideOf } from '../../src/statistics/mean-interval.ts';
import { Random } from '../../src/statistics/random.ts';
import { yesOrNo } from './coverage.ts';
import { type Sizes, sizesOf } from './draws.ts';
import type { Section } from './table.ts';

const THRESHOLD = 0.85;
const ORDER = ['below', 'unclear', 'above'];
const SIZES: readonly Sizes[] = [1, 9, 18, '1–50', 'skewed'];

/** Pairs of data sets of which one is the other with some misses mended: is the better one ever judged worse? */
export function pairs(seed: string, count: number): Section {
  let weaker = 0;
  let fall = 0;
  for (let pair = 0; pair < count; pair += 1) {
    const random = new Random(`${seed}/${pair}`);
    const pick = <T>(values: readonly T[]) => values[random.below(values.length)] as T;
    const sizes = sizesOf(random, 5 + random.below(56), pick(SIZES));
    const worse = yesOrNo(random, sizes, pick([0.8, 0.9, 0.95, 0.98, 0.99]), pick([0, 0.1, 0.4, 0.9]));
    const [before, after] = [worse, mended(random, worse)].map(
      (one) => meanInterval(one) as MeanInterval,
    ) as [MeanInterval, MeanInterval];
    const rank = (found: MeanInterval) => ORDER.indexOf(sideOf(found, THRESHOLD));
    weaker += Number(rank(after) < rank(before));
    fall = Math.max(fall, before.low - after.low);
  }
  return {
    title: 'Data sets of which one only has some misses mended',
    columns: ['pairs', 'weaker verdict of the better one', 'greatest fall of its lower limit'],
    rows: [[count, weaker, fall.toFixed(3)]],
    findings: [{ text: 'the better one never has the weaker verdict', holds: weaker === 0 }],
  };
}

/** The same with some of the misses mended: of one cluster or of any. */
function mended(random: Random, totals: ClusterTotals): ClusterTotals {
  const whole = random.unit() < 0.5;
  const share = random.unit();
  const sums = totals.sums.map((sum, index) => {
    const misses = (totals.sizes[index] as number) - sum;
    if (whole) return random.unit() < share ? sum + misses : sum;
    return (
      sum + Array.from({ length: misses }, () => Number(random.unit() < share)).reduce((a, b) => a + b, 0)
    );
  });
  return { ...totals, sums, squares: sums };
}
