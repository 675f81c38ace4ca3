import { emission } from './metrics.ts';
import * as t from './parts.ts';

export const notListed = t.object('What the window holds beside what was read', {
  not_requested: t.counts('Artifacts of families not asked for'),
  capped: t.counts('Artifacts over --max-artifacts-per-agent'),
  unknown: t.object('Of agents that nobody knows', {
    count: t.count('Artifacts'),
    agents: t.count('Agents'),
  }),
  ignored_keys: t.sampled('Keys that are no artifacts', t.keyedReason),
});
export type NotListed = t.Published<typeof notListed>;
export const loadFailures = t.sampled('Artifacts that could not be read', t.keyedError);
export const writeFailures = t.sampled('Files that could not be written', t.keyedError);
export const loadFailureList = t.list('Artifacts that could not be read', t.keyedError);
export const writeFailureList = t.list('Files that could not be written', t.keyedError);
export const notKept = t.objectOrNull('Work that the next run has to do again', {
  count: t.count('Pieces of finished work that could not be kept'),
  reason: t.nullable(t.text('Why, of the first'), 'when all were kept'),
});
export type NotKept = NonNullable<t.Published<typeof notKept>>;
export const unknownAgents = t.counts('Artifacts of agents that nobody knows');
export const ignoredKeys = t.list('Keys that are no artifacts', t.keyedReason);
export const metrics = t.nullable(emission.describe('What came of the metrics'), 'on a dry run');
