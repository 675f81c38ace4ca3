import { expect, it } from 'vitest';
import { giveBackMemory } from '../../src/shared/give-back-memory.ts';

it('gives what a large heap no longer holds back to the system', () => {
  let garbage: object[] | undefined = [];
  while (process.memoryUsage.rss() < 600 * 1024 * 1024) {
    for (let count = 0; count < 100_000; count += 1) garbage.push({ count });
  }
  const before = process.memoryUsage();
  garbage = undefined;
  giveBackMemory();
  const after = process.memoryUsage();
  expect(after.heapUsed).toBeLessThan(before.heapUsed / 2);
  expect(after.rss).toBeLessThan((3 * before.rss) / 4);
});
