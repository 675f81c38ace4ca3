import { describe, expect, it } from 'vitest';
import { inputHealth } from '../../src/rules/input-health.ts';
import { Random } from '../../src/statistics/random.ts';

const ROWS_PER_RUN = 9;

/** One input over runs of nine rows; `valueAt` gives its value in a run. */
function healthOf(runs: number, valueAt: (run: number, row: number) => number, levels?: readonly string[]) {
  const rows = runs * ROWS_PER_RUN;
  const runOf = (row: number) => Math.floor(row / ROWS_PER_RUN);
  const [found] = inputHealth({
    features: [{ name: 'x', ...(levels && { levels }) }],
    values: Float64Array.from({ length: rows }, (_, row) => valueAt(runOf(row), row)),
    runs: Int32Array.from({ length: rows }, (_, row) => runOf(row)),
  });
  return found;
}

describe('inputHealth', () => {
  it('gives the share that is missing: in all, by thirds, in the last run', () => {
    const found = healthOf(6, (run, row) => (run === 5 && row % 3 === 0 ? Number.NaN : row));
    expect(found).toMatchObject({ input: 'x', missing: 3 / 54, missing_in_last_run: 1 / 3, finding: null });
    expect(found?.missing_by_third).toEqual([0, 0, 3 / 18]);
    expect(healthOf(2, (_, row) => row)?.missing_by_third).toEqual([0, 0, null]);
    // Thirds as those that the match is told by: runs 0 and 1, 2 and 3, 4.
    const missingAt = (at: number) => healthOf(5, (run, row) => (run === at ? Number.NaN : row));
    expect([1, 2, 4].map((at) => missingAt(at)?.missing_by_third)).toEqual([
      [0.5, 0, 0],
      [0, 0.5, 0],
      [0, 0, 1],
    ]);
  });

  it.each([
    ['vanished', 'vanished', (run: number, row: number) => (run < 28 ? row : Number.NaN), 2],
    ['one number', 'constant', (run: number, row: number) => (run < 27 ? row : 7), 3],
    ['another unit', 'shifted', (run: number, row: number) => (run < 29 ? row : 100 * row), 1],
    ['was never captured', null, () => Number.NaN, null],
    ['was always one number', null, () => 7, null],
    ['grows', null, (_: number, row: number) => row, null],
    ['is missing in one run', null, (run: number, row: number) => (run === 29 ? Number.NaN : row), null],
    ['is a count that stands still', null, (run: number, row: number) => (run < 20 ? row % 4 : 1), null],
  ] as const)('finds of an input that %s: %s', (_, finding, valueAt, runs) => {
    expect(healthOf(30, valueAt)).toMatchObject({ finding, runs_of_finding: runs });
  });

  it('does not say of a level that it stands still', () => {
    const valueAt = (run: number, row: number) => (run < 20 ? row % 12 : 1);
    const levels = Array.from({ length: 12 }, (_, level) => `l${level}`);
    expect(healthOf(30, valueAt, levels)?.finding).toBeNull();
    expect(healthOf(30, valueAt)?.finding).toBe('constant');
  });

  it('gives at most one false alarm an agent in a year of drifting missing rates', () => {
    const random = new Random('a year');
    const uniform = () => random.below(2 ** 31) / 2 ** 31;
    const [inputs, agents] = [20, 10];
    let alarms = 0;
    for (let agent = 0; agent < agents; agent += 1) {
      // A year of runs: levels, missing rates that drift from 2 to 5 percent, values that wander.
      const columns = Array.from({ length: inputs }, () => {
        let [level, missing] = [0, 0.02 + 0.03 * uniform()];
        return Array.from({ length: 80 }, () => {
          level += uniform() - 0.5;
          missing = Math.min(0.05, Math.max(0.02, missing + 0.01 * (uniform() - 0.5)));
          return Array.from({ length: ROWS_PER_RUN }, () =>
            uniform() < missing ? Number.NaN : level + uniform(),
          );
        });
      });
      for (let week = 28; week < 80; week += 1) {
        for (const column of columns) {
          const window = column.slice(week - 28, week + 1);
          const found = healthOf(29, (run, row) => window[run]?.[row % ROWS_PER_RUN] as number);
          alarms += Number(found?.finding !== null);
        }
      }
    }
    expect(alarms / agents).toBeLessThanOrEqual(1);
  });
});
