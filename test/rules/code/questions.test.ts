import { describe, expect, it } from 'vitest';
import { limitOf } from '../../../src/rules/code/questions.ts';
import { Random } from '../../../src/statistics/random.ts';

const bits = new DataView(new ArrayBuffer(8));

/** The double that is `steps` doubles away from a value that is not zero. */
function moved(value: number, steps: bigint): number {
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + steps);
  return bits.getFloat64(0);
}

describe('limitOf', () => {
  const random = new Random('limits');
  const uniform = () => random.below(2 ** 31) / 2 ** 31;
  const drawn = Array.from({ length: 500 }, () => {
    const size = 10 ** (uniform() * 60 - 30);
    return (uniform() < 0.5 ? -1 : 1) * size;
  });
  const halves = drawn.map((value) => (Math.fround(value) + Math.fround(value * 1.001)) / 2);

  it.each([
    ['drawn', drawn],
    ['float32 themselves', drawn.map(Math.fround)],
    ['halfway between two', halves],
    ['round', [0, -0, 1, -1, 0.1, 0.5, 67.45, 16_777_217, 1e-45, -1e-45, 3.4028234663852886e38]],
  ])('splits doubles as rounding to float32 does, thresholds %s', (_, thresholds) => {
    for (const threshold of thresholds) {
      const { limit, orEqual } = limitOf(threshold);
      const near =
        limit === 0 ? [0, -0, 5e-324, -5e-324] : [-2n, -1n, 0n, 1n, 2n].map((n) => moved(limit, n));
      for (const value of [...near, threshold, -threshold, 0, 2 * threshold]) {
        const found = orEqual ? value <= limit : value < limit;
        expect(found, `${value} against ${threshold}`).toBe(Math.fround(value) <= threshold);
      }
    }
  });
});
