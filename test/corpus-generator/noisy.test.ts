import { describe, expect, test } from 'vitest';
import { noisyCorpus } from '../../scripts/corpus/noisy.ts';

describe('a noisy corpus', () => {
  const { objects, end, days } = noisyCorpus('a seed');
  const keys = objects.map(({ key }) => key.split('/'));
  const families = Map.groupBy(keys, ([, , , , agent]) => agent?.split(':')[0] as string);

  test('holds three families, each object once and inside the window', () => {
    expect(families.size).toBe(3);
    expect(new Set(objects.map(({ key }) => key)).size).toBe(objects.length);
    const first = new Date(Date.parse(end) - (days - 1) * 86_400_000).toISOString().slice(0, 10);
    const captured = keys.map(([, year, month, day]) => `${year}-${month}-${day}`).sort();
    expect(captured[0]).toSatisfy((day: string) => day >= first);
    expect(captured.at(-1)).toSatisfy((day: string) => day <= end);
  });

  test('holds 30 to 60 runs of each family', () => {
    for (const [family, some] of families) {
      const isDaily = /^(thinktank|executor)/.test(family);
      const runs = new Set(some.map((parts) => (isDaily ? parts.slice(1, 4).join('-') : parts[5]))).size;
      expect(runs).toBeGreaterThanOrEqual(30);
      expect(runs).toBeLessThanOrEqual(60);
    }
  });
});
