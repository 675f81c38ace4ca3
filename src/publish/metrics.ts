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

/** What of a run its metrics need. */
export interface EmittingRun {
  readonly settings: {
    readonly job: string;
    readonly metrics: Emission['target'];
    readonly endTime: Date;
  };
  readonly runId: string;
  readonly window: { readonly end: string };
  readonly out: Store;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** Emits a run's datapoints, once for a run id, at the window end (or now, when that is still to come). `series` names
 * what is emitted together, once: other series of the same run id may come from other runs. A failure is reported, not
 * thrown; an aborted call throws the signal's reason. */
export async function emitMetrics(
  agents: readonly AgentData[],
  series: string,
  run: EmittingRun,
): Promise<Emission> {
  const { settings, runId, window, out, now, signal } = run;
  const { metrics: target, endTime } = settings;
  if (target === 'none') return { target, emitted: 0, skipped: [] };
  const tooOld = target === 'cloudwatch' && now.getTime() - endTime.getTime() > MAX_AGE_DAYS * DAY_MS;
  const isStale = ({ newestInput }: AgentData) => daysBetween(newestInput, window.end) > MAX_AGE_DAYS;
  const held = tooOld ? agents : agents.filter(isStale);
  const due = agents.filter((agent) => !held.includes(agent));
  const skippedFor = (reason: string, those: readonly AgentData[]) =>
    those.map(({ agent }) => ({ agent_id_base: agent, reason }));
  const skipped = skippedFor(
    tooOld ? 'window_end_older_than_two_weeks' : 'newest_input_older_than_14_days',
    held,
  );
  const data = due.flatMap((agent) => agent.data);
  if (data.length === 0) return { target, emitted: 0, skipped };
  let emitted = 0;
  const timestamp = new Date(Math.min(endTime.getTime(), now.getTime()));
  try {
    if (target === 'file') {
      await writeFile(data, timestamp, run);
    } else {
      const reason = await claimEmission({ store: out, runId, series, signal }, async () => {
        await putToCloudWatch(data, timestamp, signal);
        emitted = data.length;
      });
      if (reason) return { target, emitted: 0, skipped: [...skipped, ...skippedFor(reason, due)] };
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
  { settings, runId, out }: EmittingRun,
): Promise<void> {
  const key = metricsFileKey(runId, settings.job);
  const nameOf = ({ name, dimensions }: JsonObject | Datum) => JSON.stringify([name, dimensions]);
  const anew = new Set(data.map(nameOf));
  const held = ((await readText(out, key)) ?? '').split('\n').filter(Boolean);
  const others = held.filter((line) => {
    const datum = parseJsonObject(line);
    return datum !== undefined && !anew.has(nameOf(datum));
  });
  const rows = data.map((datum): MetricsRow => ({ ...datum, timestamp: timestamp.toISOString() }));
  const lines = rows.map((row) => JSON.stringify(row));
  const text = [...others, ...lines].map((line) => `${line}\n`).join('');
  await out.put(key, text, { contentType: 'application/x-ndjson' });
}
