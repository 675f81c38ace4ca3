import { at, isObject, type JsonObject, numberAt, objectsAt, stringAt } from '../shared/json.ts';

/** Something that makes a run PARTIAL. */
export interface Fault {
  readonly what: string;
  readonly count?: number;
  /** Where the result object names them: a sampled list stands whole among its lists. */
  readonly where?: string;
  /** The first of them, or why. */
  readonly first?: unknown;
}

const LISTS = [
  ['load_failures', 'artifacts not read'],
  ['replay_failures', 'replays'],
  ['fit_failures', 'rules not fitted'],
  ['write_failures', 'files not written'],
  ['failed_targets', 'target models given up'],
  ['unreadable', 'documents not read'],
] as const;

/** What makes a run PARTIAL, by its summary. */
export function faultsOf(summary: JsonObject): Fault[] {
  const listed = LISTS.flatMap(([key, what]) => {
    const list = at(summary, key);
    const items = isObject(list) ? objectsAt(list, 'sample') : objectsAt(summary, key);
    const count = isObject(list) ? numberAt(list, 'count') : typeof list === 'number' ? list : items.length;
    const where = `${Array.isArray(list) ? 'summary' : 'lists'}.${key}`;
    return count > 0 ? [{ what, count, where, first: items[0] }] : [];
  });
  const ceiling = numberAt(summary, 'noise_ceiling', 'failures', 'count');
  const notKept = numberAt(summary, 'not_kept', 'count');
  const unsent = stringAt(summary, 'metrics', 'error');
  const others = [
    ceiling > 0 && { what: 'replays of the noise ceiling', count: ceiling },
    notKept > 0 && {
      what: 'pieces of work not kept',
      count: notKept,
      first: at(summary, 'not_kept', 'reason'),
    },
    unsent !== undefined && {
      what: 'metrics not emitted, or their claim not settled',
      where: 'summary.metrics',
      first: unsent,
    },
    at(summary, 'controls', 'status') === 'failed' && {
      what: 'controls failed',
      first: at(summary, 'controls'),
    },
    at(summary, 'budget_stopped') === true && { what: 'the budget ended the replays' },
  ];
  return [...listed, ...others.filter((one) => one !== false)];
}
