import { expect, it } from 'vitest';
import type { Artifact, Extraction, FeatureSet, Row, Subject } from '../../src/agents/family.ts';
import { isObject, type JsonObject } from '../../src/shared/json.ts';

/** An artifact as its text arrives: keys such as `__proto__` are data, undefined fields are absent. */
export function artifact(agentId: string, snapshot: unknown, output: unknown): Artifact {
  const parsed = JSON.parse(JSON.stringify({ snapshot, output }));
  return { agentId, artifactRunId: '2026-05-01', day: '2026-05-03', ...parsed };
}

type Rows = Extract<Extraction, { rows: unknown }>;

export function rowsOf(extraction: Extraction): Rows {
  if ('drop' in extraction) throw new Error(`dropped: ${extraction.drop}`);
  return extraction;
}

export function dropOf(extraction: Extraction): string | undefined {
  return 'drop' in extraction ? extraction.drop : undefined;
}

/** A row by feature name, one of several levels by its name. */
export function named(subject: Subject, row: Row | undefined): Record<string, number | string | undefined> {
  return Object.fromEntries(
    subject.features.map(({ name, levels }, index) => {
      const value = row?.features[index] ?? Number.NaN;
      return [name, levels && !Number.isNaN(value) ? levels[value] : value];
    }),
  );
}

const ODD = [null, '', 'abc', '__proto__', 0, -1, 1e308, Number.NaN, true, [], [null, 1], {}, { ticker: 7 }];

/** Whatever stands anywhere in a good artifact, the reading of it neither throws nor gives a malformed row. */
export function itSurvivesAnyContent(set: FeatureSet, good: Artifact): void {
  it('gives well-formed rows or a drop, whatever types stand in the artifact', () => {
    for (const mutated of mutations(good)) check(set, set.extract(mutated));
  });
}

/** The artifact with up to three random changes, many times over, and without either of its parts. */
export function* mutations(good: Artifact): Generator<Artifact> {
  let seed = 7;
  const below = (limit: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  for (let round = 0; round < 2000; round++) {
    const mutated = structuredClone(good);
    for (let changes = 1 + below(3); changes > 0; changes--) mutate(mutated, below);
    yield mutated;
  }
  yield { ...good, snapshot: {} };
  yield { ...good, output: {} };
}

/** Replaces, repeats or removes what stands at a random path below the snapshot or the output. */
function mutate(target: Artifact, below: (limit: number) => number): void {
  let parent: Record<string, unknown> = target[below(2) === 0 ? 'snapshot' : 'output'] as JsonObject;
  for (;;) {
    const keys = Object.keys(parent);
    const key = keys[below(keys.length)];
    if (key === undefined) return;
    const value = parent[key];
    const inner = isObject(value) || Array.isArray(value);
    if (inner && below(4) > 0) {
      parent = value as Record<string, unknown>;
      continue;
    }
    if (below(8) === 0) delete parent[key];
    else if (below(6) === 0) parent[key] = below(2) === 0 ? [value] : { [key]: value };
    else parent[key] = structuredClone(ODD[below(ODD.length)]);
    return;
  }
}

function check(set: FeatureSet, extraction: Extraction): void {
  if ('drop' in extraction) {
    expect(extraction.drop).toMatch(/^[a-z_]+$/);
    return;
  }
  const { subject, rows, skipped = {} } = extraction;
  expect(set.subjects).toContain(subject);
  for (const { features, labels } of rows) {
    expect(features.length).toBe(subject.features.length);
    expect(features.every((value) => typeof value === 'number')).toBe(true);
    expect(labels.length).toBe(subject.labels.length);
    expect(labels.every((label) => label === null || typeof label === 'string')).toBe(true);
    expect(typeof labels[0]).toBe('string');
  }
  expect(Object.values(skipped).every((count) => Number.isInteger(count) && count > 0)).toBe(true);
}
