import { describe, expect, it } from 'vitest';
import { Random } from '../../src/statistics/random.ts';

describe('Random', () => {
  it('repeats itself for a seed, and is another for another', () => {
    const draw = (seed: string) =>
      Array.from(
        { length: 5 },
        (
          (random) => () =>
            random.unit()
        )(new Random(seed)),
      );
    expect(draw('run/agent')).toEqual(draw('run/agent'));
    expect(draw('run/agent')).not.toEqual(draw('run/agent '));
  });

  it('fills with what it would draw one by one', () => {
    const [one, other] = [new Random('fill'), new Random('fill')];
    const filled = new Int32Array(50);
    one.fill(filled, 13);
    expect([...filled]).toEqual(Array.from({ length: 50 }, () => other.below(13)));
    expect(one.unit()).toBe(other.unit());
  });

  it('draws whole numbers evenly', () => {
    const random = new Random('even');
    const counts = new Array<number>(7).fill(0);
    for (let draw = 0; draw < 70_000; draw += 1) {
      const value = random.below(7);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    // χ² with six degrees of freedom exceeds 22.5 once in a thousand seeds.
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(22.5);
  });

  it('shuffles into every order equally often', () => {
    const random = new Random('orders');
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 6000; draw += 1) {
      const values = [1, 2, 3];
      random.shuffle(values);
      counts.set(values.join(''), (counts.get(values.join('')) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(100);
  });
});
