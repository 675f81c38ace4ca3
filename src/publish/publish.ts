import pMap from 'p-map';
import { latestKey } from '../results/latest.ts';
import type { Emission } from '../results/metrics.ts';
import type { Files } from './files.ts';
import { type AgentData, type EmittingRun, emitMetrics } from './metrics.ts';

const FOLDERS_IN_FLIGHT = 16;

/** A document of a run, and the datapoints that go with it. */
export interface Publication {
  readonly key: string;
  readonly document: object & { readonly run_id: string };
  /** Whether `latest.json` beside it follows. */
  readonly hasLatest: boolean;
  readonly data: readonly AgentData[];
  /** Names what is emitted together. */
  readonly series: string;
}

/** Writes the documents, then emits their datapoints. What cannot be written is noted in `files`. */
export async function publish(
  run: EmittingRun,
  files: Files,
  publications: readonly Publication[],
): Promise<Emission> {
  // Documents of one folder share its latest.json: they are written one after the other.
  const folders = Map.groupBy(publications, ({ key }) => latestKey(key));
  await pMap(
    folders.values(),
    async (own) => {
      for (const { key, document, hasLatest } of own) {
        await (hasLatest ? files.writeWithLatest(key, document) : files.write(key, document));
      }
    },
    { concurrency: FOLDERS_IN_FLIGHT },
  );
  const emissions: Emission[] = [];
  for (const [series, own] of Map.groupBy(publications, (one) => one.series)) {
    const data = own.flatMap((one) => one.data);
    emissions.push(await emitMetrics(data, series, run));
  }
  return joinEmissions(run.settings.metrics, emissions);
}

function joinEmissions(target: Emission['target'], emissions: readonly Emission[]): Emission {
  const error = emissions.find((one) => one.error !== undefined)?.error;
  return {
    target,
    emitted: emissions.reduce((sum, { emitted }) => sum + emitted, 0),
    skipped: emissions.flatMap(({ skipped }) => skipped),
    ...(error !== undefined && { error }),
  };
}
