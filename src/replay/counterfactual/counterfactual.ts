import type { WorkerPool } from '../../pool/pool.ts';
import { Files } from '../../publish/files.ts';
import type { AgentData } from '../../publish/metrics.ts';
import { publish } from '../../publish/publish.ts';
import type { Outcome } from '../../publish/result.ts';
import type { Analysis } from '../../results/analysis.ts';
import type { CounterfactualSettings } from '../../settings/settings.ts';
import { giveBackMemory } from '../../shared/give-back-memory.ts';
import { tooManyFailed } from '../ingest/load-failures.ts';
import { ownSlices, partitionOutcome } from '../ingest/partition.ts';
import { artifactsIn, type Listed, listSlices, notKeptOf, readSlices } from '../ingest/read-artifacts.ts';
import type { Run } from '../ingest/run.ts';
import { withPool } from '../ingest/with-pool.ts';
import { analysisOf, type KeyedAnalysis } from './analysis.ts';
import { type EarlierAnalyses, earlierAnalyses } from './earlier-analyses.ts';
import { fitSubjects } from './fit-subjects.ts';
import { headlineMetrics, summarise } from './outcome.ts';
import { RowAggregator } from './row-aggregator.ts';
import { rowTables } from './row-tables.ts';

/** Would a trivial rule have decided the same? Reads rows, fits rules to them, publishes the analyses. */
export async function counterfactual(run: Run<CounterfactualSettings>, pool: WorkerPool): Promise<Outcome> {
  const { settings } = run;
  const tables = settings.dryRun || settings.noTables ? undefined : rowTables(run);
  const computed = await withPool(pool, () => compute(run, pool, tables));
  if (!('fits' in computed)) return computed;
  const { listing, aggregator, rows, fits, notKept } = computed;
  const analyses = fits.flatMap((fit) => analysisOf(fit, run) ?? []);
  const files = new Files(run.out);
  const writing = tables?.write(files);
  // Its error is thrown below, once metrics that are being sent have arrived.
  writing?.catch(() => {});
  const emission = settings.dryRun ? undefined : await publish(run, files, analyses.map(publicationOf));
  await writing;
  const { failures: loadFailures } = aggregator;
  const writeFailures = files.failures;
  return summarise({ run, listing, loadFailures, rows, fits, analyses, writeFailures, notKept, emission });
}

/** Reads the rows and fits rules to them. Resolves to the outcome where there is nothing to publish. */
async function compute(
  run: Run<CounterfactualSettings>,
  pool: WorkerPool,
  tables: ReturnType<typeof rowTables> | undefined,
) {
  const listed = await listSlices(run, pool, `rows-${run.settings.features}`);
  const { listing } = listed;
  const [aggregator, earlier] = await Promise.all([
    ingest(run, pool, listed),
    // A part of an array fits nothing.
    run.settings.partition ? new Map<string, EarlierAnalyses>() : earlierAnalyses(run),
  ]);
  if (!(aggregator instanceof RowAggregator)) return aggregator;
  const rows = aggregator.finish(run.settings.agents, run.settings.features === 'captured');
  giveBackMemory();
  const captures = { listing, capturedAt: (entry: number) => aggregator.capturedAt(entry) };
  const fits = await fitSubjects(run, pool, listing, rows, earlier, (fitted) =>
    tables?.add(fitted, captures),
  );
  return { listing, aggregator, rows, fits, notKept: notKeptOf(pool) };
}

/** Reads the rows of this process's slices. Resolves to the outcome where nothing is left to be done with them. */
async function ingest(
  run: Run<CounterfactualSettings>,
  pool: WorkerPool,
  { listing, slices: all, recalls }: Listed<'rows-captured' | 'rows-original'>,
): Promise<RowAggregator | Outcome> {
  const { partition, features, maxLostShare } = run.settings;
  const slices = partition ? ownSlices(all, partition) : all;
  const aggregator = new RowAggregator(listing.entries, run.window.end);
  await readSlices(run, pool, `rows-${features}`, slices, recalls, aggregator);
  const failed = tooManyFailed(aggregator.failures, artifactsIn(slices), maxLostShare);
  if (failed) return failed;
  return partition
    ? partitionOutcome(partition, pool, slices, { load_failures: aggregator.failures.length })
    : aggregator;
}

function publicationOf({ key, analysis }: KeyedAnalysis) {
  return {
    key,
    document: analysis,
    hasLatest: analysis.kind === 'llm',
    data: [dataOf(analysis)],
    series: 'counterfactual',
  };
}

function dataOf(analysis: Analysis): AgentData {
  const name = analysis.kind === 'llm' ? 'agent_counterfactual_rule_fit' : 'control_rule_fit';
  const dimensions = { judged_agent_id: analysis.agent_id_base };
  const { out_of_sample, lower, upper, baseline, optimal } = headlineMetrics(analysis);
  const beside = Object.entries({ cv: out_of_sample, lower, upper, baseline, optimal });
  return {
    agent: analysis.agent_id_base,
    newestInput: analysis.newest_input_date,
    data: [
      { name, dimensions, unit: 'None', value: analysis.match_rate },
      { name: `${name}_n_samples`, dimensions, unit: 'Count', value: analysis.n_samples },
      ...beside.flatMap(([suffix, value]) =>
        value === null ? [] : [{ name: `${name}_${suffix}`, dimensions, unit: 'None' as const, value }],
      ),
    ],
  };
}
