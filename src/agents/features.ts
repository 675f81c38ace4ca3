import { ascending, descending, rank } from 'd3-array';
import { type JsonObject, objectsAt, stringAt } from '../shared/json.ts';
import { words } from '../shared/words.ts';
import type { Extraction, Feature, Row, Subject } from './family.ts';

/** A feature and how it is read from the context of one row, so that a name and its reader stand together. */
export interface Input<C> extends Feature {
  read(context: C): number;
}

/** A number or a flag (as 1 or 0); undefined and NaN are missing. */
export function numeric<C>(name: string, read: (context: C) => number | boolean | undefined): Input<C> {
  return { name, read: (context) => Number(read(context) ?? Number.NaN) };
}

/** One of `levels`; any other value is missing. */
export function categorical<C>(
  name: string,
  levels: readonly string[],
  read: (context: C) => unknown,
): Input<C> {
  const codes = new Map<unknown, number>(levels.map((level, code) => [level, code]));
  return { name, levels, read: (context) => codes.get(read(context)) ?? Number.NaN };
}

/** The market regime that the agent was told, where `read` finds it. */
export function regimeInput<C>(read: (context: C) => unknown): Input<C> {
  return { ...categorical('regime', REGIMES, (context: C) => regimeOf(read(context))), role: 'regime' };
}

/** The subject without its readers: plain data, which crosses a thread boundary. `ownOutput` names the inputs that come
 * from the agent's own earlier output. */
export function subjectOf<C>(
  id: string,
  inputs: readonly Input<C>[],
  labels: readonly [string, ...string[]],
  ownOutput: readonly string[] = [],
): Subject {
  const features = inputs.map(({ read: _, ...feature }): Feature => {
    return ownOutput.includes(feature.name) ? { ...feature, role: 'own_output' } : feature;
  });
  return { id, labels, features };
}

export function readRow<C>(inputs: readonly Input<C>[], context: C): number[] {
  return inputs.map((input) => input.read(context));
}

/** The one row of an artifact that holds one decision. */
export function oneRow<C>(
  subject: Subject,
  inputs: readonly Input<C>[],
  context: C,
  labels: Row['labels'],
): Extraction {
  return { subject, rows: [{ features: readRow(inputs, context), labels }] };
}

/** The rows with what was left out of them, or, when nothing remains, a drop for the reason `whenNone`. */
export function rowsOrDrop(
  subject: Subject,
  rows: readonly Row[],
  whenNone: string,
  skipped: Readonly<Record<string, number>> = {},
): Extraction {
  if (rows.length === 0) return { drop: whenNone };
  const counted = Object.entries(skipped).filter(([, count]) => count > 0);
  return counted.length > 0 ? { subject, rows, skipped: Object.fromEntries(counted) } : { subject, rows };
}

/** 1 for the greatest value; equal values share their mean rank; a missing value has none. */
export function rankDescending(values: readonly number[]): number[] {
  const present = countPresent(values);
  const [before, behind] = [rank(values, descending), rank(values, ascending)];
  // Equal values share all places from the first to the last of them.
  return values.map((_, index) => ((before[index] as number) + 1 + present - (behind[index] as number)) / 2);
}

/** From 0 for the least to 1 for the greatest of the values present; 0.5 for an only one. */
export function percentileRank(values: readonly number[]): number[] {
  const present = countPresent(values);
  return rankDescending(values).map((rank) => (present === 1 ? rank / 2 : (present - rank) / (present - 1)));
}

function countPresent(values: readonly number[]): number {
  return values.filter((value) => !Number.isNaN(value)).length;
}

/** The objects by their `ticker`, in order of first appearance; a later one of the same ticker replaces an earlier. */
export function byTicker(objects: readonly JsonObject[]): Map<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const object of objects) {
    const ticker = stringAt(object, 'ticker');
    if (ticker) found.set(ticker, object);
  }
  return found;
}

/** The objects in the list under a key, by their ticker. */
export function stocksAt(object: JsonObject, key: string): Map<string, JsonObject> {
  return byTicker(objectsAt(object, key));
}

export const REGIMES = ['bull', 'neutral', 'bear'] as const;

/** The regime in today's three classes: `caution` was a fourth until May 2026 and has become neutral since. */
export function regimeOf(value: unknown): (typeof REGIMES)[number] | undefined {
  return value === 'caution' ? 'neutral' : REGIMES.find((regime) => regime === value);
}

export const TEAMS = words('technology healthcare financials industrials consumer defensives');

/** The second segment of an agent id, `sector_quant:technology`. */
export function teamOf(agentId: string): string | undefined {
  return agentId.split(':')[1];
}

/** Whether a score reaches 60; null where it is missing. */
export function from60(score: number): 'yes' | 'no' | null {
  if (Number.isNaN(score)) return null;
  return score >= 60 ? 'yes' : 'no';
}
