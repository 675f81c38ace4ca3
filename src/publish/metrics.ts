import { daysBetween, MAX_AGE_DAYS } from '../corpus/window.ts';
import { type Datum, type Emission, type MetricsRow, metricsFileKey } from '../results/metrics.ts';
import { DAY_MS } from '../shared/day.ts';
import { ReplayError } from '../shared/errors.ts';
import { type JsonObject, parseJsonObject } from '../shared/json.ts';
import { readText } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import { putToCloudWatch } from './cloudwatch.ts';
import { claimEmission } from './emission-lock.ts';

/** One agent's datapoints and the date of the newest input they rest on. */
export interface AgentData {
  readonly agent: string;
  readonly newestInput: string;
  readonly data: readonly Datum[];
}

export interface EmissionOptions {
  readonly target: Emission['target'];
  readonly store: Store;
  readonly runId: string;
  readonly job: string;
  /** What is emitted together, once: other series of the same run id may come from other runs. */
  readonly series: string;
  readonly endTime: Date;
  readonly windowEnd: string;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** Emits a run's datapoints, once for a run id, at the window end (or now, when that is still to come). A
 * failure is reported, not thrown; an aborted call throws the signal's reason. */
export async function emitMetrics(agents: readonly AgentData[], options: EmissionOptions): Promise<Emission> {
  const { target, endTime, now } = options;
  if (target === 'none') return { target, emitted: 0, skipped: [] };
  const tooOld = target === 'cloudwatch' && now.getTime() - endTime.getTime() > MAX_AGE_DAYS * DAY_MS;
  const skipped: { agent_id_base: string; reason: string }[] = [];
  const data: Datum[] = [];
  for (const agent of agents) {
    const stale = daysBetween(agent.newestInput, options.windowEnd) > MAX_AGE_DAYS;
    if (tooOld) skipped.push({ agent_id_base: agent.agent, reason: 'window_end_older_than_two_weeks' });
    else if (stale) skipped.push({ agent_id_base: agent.agent, reason: 'newest_input_older_than_14_days' });
    else data.push(...agent.data);
  }
  if (data.length === 0) return { target, emitted: 0, skipped };
  let emitted = 0;
  const timestamp = new Date(Math.min(endTime.getTime(), now.getTime()));
  try {
    if (target === 'file') {
      await writeFile(data, timestamp, options);
    } else {
      const reason = await claimEmission(options, async () => {
        await putToCloudWatch(data, timestamp, options.signal);
        emitted = data.length;
      });
      if (reason) {
        const held = new Set(skipped.map(({ agent_id_base }) => agent_id_base));
        const others = agents.filter(({ agent }) => !held.has(agent));
        skipped.push(...others.map(({ agent }) => ({ agent_id_base: agent, reason })));
        return { target, emitted: 0, skipped };
      }
    }
    return { target, emitted: data.length, skipped };
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    // Emitted are those whose claim could not be settled afterwards.
    return { target, emitted, skipped, error: error.message };
  }
}

/** Adds datapoints to the run's file, in place of those that it holds of the same metrics. */
async function writeFile(
  data: readonly Datum[],
  timestamp: Date,
  { store, runId, job }: EmissionOptions,
): Promise<void> {
  const key = metricsFileKey(runId, job);
  const nameOf = ({ name, dimensions }: JsonObject | Datum) => JSON.stringify([name, dimensions]);
  const anew = new Set(data.map(nameOf));
  const held = ((await readText(store, key)) ?? '').split('\n').filter(Boolean);
  const others = held.filter((line) => {
    const datum = parseJsonObject(line);
    return datum !== undefined && !anew.has(nameOf(datum));
  });
  const rows = data.map((datum): MetricsRow => ({ ...datum, timestamp: timestamp.toISOString() }));
  const lines = rows.map((row) => JSON.stringify(row));
  const text = [...others, ...lines].map((line) => `${line}\n`).join('');
  await store.put(key, text, { contentType: 'application/x-ndjson' });
}
