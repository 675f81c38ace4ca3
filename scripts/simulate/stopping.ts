import { Random } from '../../src/statistics/random.ts';
import { SequentialTest } from '../../src/statistics/sequential-test.ts';
import { beta, sizesOf } from './draws.ts';
import { percent, type Section } from './table.ts';

const THRESHOLD = 0.9;
const POPULATIONS = [60, 300, 1000];
const SHIFTS = [0, 0.005, -0.005, 0.03, 0.07, -0.05, -0.1, -0.3];

/** Replays stopped by the sequential test: how often does it decide wrongly, and what does it save? */
export function stopping(seed: string, simulations: number): Section {
  let worst = 0;
  const rows = POPULATIONS.flatMap((population) =>
    (['yes or no', 'scores'] as const).flatMap((kind) =>
      SHIFTS.map((shift) => {
        const count = { above: 0, below: 0, open: 0 };
        let used = 0;
        let wrong = 0;
        for (let simulation = 0; simulation < simulations; simulation += 1) {
          const random = new Random(`${seed}/${population}/${kind}/${shift}/${simulation}`);
          const values = populationOf(random, population, kind, THRESHOLD + shift);
          const truth = values.reduce((sum, value) => sum + value, 0) / population;
          const test = new SequentialTest({ threshold: THRESHOLD, population });
          random.shuffle(values);
          for (const [position, value] of values.entries()) test.put(position, value);
          count[test.decision ?? 'open'] += 1;
          used += test.used;
          const above = truth > THRESHOLD + 1e-9;
          const below = truth < THRESHOLD - 1e-9;
          wrong += Number((test.decision === 'above' && !above) || (test.decision === 'below' && !below));
        }
        worst = Math.max(worst, wrong / simulations);
        const shares = [count.above, count.below, count.open, wrong].map((one) => percent(one / simulations));
        const mean = used / simulations;
        const saved = percent(1 - mean / population);
        return [population, kind, (THRESHOLD + shift).toFixed(3), ...shares, mean.toFixed(0), saved];
      }),
    ),
  );
  return {
    title: `Sequential stop against ${THRESHOLD}, error level 5 %, ${simulations} simulations a line`,
    columns: [
      'candidates',
      'values',
      'mean',
      'above',
      'below',
      'open',
      'wrong',
      'replayed on average',
      'saved',
    ],
    rows,
    findings: [{ text: `wrong in at most 5 % of any line (most: ${percent(worst)})`, holds: worst <= 0.05 }],
  };
}

/** Values in runs of 1 to 18 that are alike, moved so that their mean is exactly the one asked for. */
function populationOf(random: Random, n: number, kind: 'yes or no' | 'scores', mean: number): number[] {
  const values: number[] = [];
  while (values.length < n) {
    const chance = beta(random, mean, 0.3);
    const size = Math.min(sizesOf(random, 1, '1–18')[0] as number, n - values.length);
    for (let row = 0; row < size; row += 1) {
      const share = beta(random, chance, 0.1);
      values.push(kind === 'scores' ? share : Number(random.unit() < chance));
    }
  }
  if (kind === 'scores') return shifted(values, mean);
  const wanted = Math.round(mean * n);
  let ones = values.reduce((sum, value) => sum + value, 0);
  while (ones !== wanted) {
    const place = random.below(n);
    const needed = ones < wanted ? 0 : 1;
    if (values[place] !== needed) continue;
    values[place] = 1 - needed;
    ones += ones < wanted ? 1 : -1;
  }
  return values;
}

/** Values drawn towards 0 or 1 until their mean is the one asked for. */
function shifted(values: readonly number[], mean: number): number[] {
  const found = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (found > mean) return values.map((value) => (value * mean) / found);
  return values.map((value) => 1 - ((1 - value) * (1 - mean)) / (1 - found));
}
