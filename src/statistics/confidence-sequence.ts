import { Bets } from './betting.ts';

const BISECTIONS = 30;

/** The interval for the mean of a finite population of values in [0, 1] that holds at any time of looking: `values`
 * is what was drawn so far, in random order, null for one without a score. It inverts `SequentialTest`, and a mean it
 * leaves out is one that the test, with that mean for threshold, has decided against. Null when nothing was scored. */
export function confidenceSequence(
  values: readonly (number | null)[],
  population: number,
  alpha = 0.05,
): { readonly low: number; readonly high: number } | null {
  if (values.every((value) => value === null)) return null;
  const limit = Math.log(2 / alpha);
  const betsOn = (mean: number) => {
    const bets = new Bets(mean, population);
    for (const value of values) bets.add(value);
    return bets;
  };
  // Against a higher mean "at most" is harder to win, and "at least" easier: either limit is where it turns.
  const low = bisect((mean) => betsOn(mean).highest >= limit);
  const high = bisect((mean) => betsOn(mean).lowest < limit);
  return { low, high };
}

/** The greatest number in [0, 1] up to which `holds`, or 0. */
function bisect(holds: (value: number) => boolean): number {
  if (holds(1)) return 1;
  let [low, high] = [0, 1];
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
