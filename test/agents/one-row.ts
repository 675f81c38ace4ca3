import { expect } from 'vitest';
import type { AgentFamily, Artifact } from '../../src/agents/family.ts';
import { dropOf, named, rowsOf } from './captures.ts';

export interface OneRow {
  readonly subject: string;
  readonly features: Readonly<Record<string, number | string | undefined>>;
  readonly labels: Readonly<Record<string, string | null | undefined>>;
}

/** The row of an artifact that must have exactly one, by name. */
export function onlyRow(family: AgentFamily, artifact: Artifact): OneRow {
  const { subject, rows } = rowsOf(family.captured.extract(artifact));
  expect(rows).toHaveLength(1);
  const labels = subject.labels.map((name, index) => [name, rows[0]?.labels[index]]);
  return { subject: subject.id, features: named(subject, rows[0]), labels: Object.fromEntries(labels) };
}

/** Why an artifact has no row. */
export function dropped(family: AgentFamily, artifact: Artifact): string | undefined {
  return dropOf(family.captured.extract(artifact));
}

/** A feature for arithmetic; NaN when missing. */
export function numberOf({ features }: OneRow, name: string): number {
  const value = features[name];
  if (typeof value !== 'number') throw new Error(`no number ${name}`);
  return value;
}

/** Numbers in [0, 1), the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: () => number, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}
