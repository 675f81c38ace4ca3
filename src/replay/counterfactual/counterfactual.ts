import pMap from 'p-map';
import { slicesOf } from '../../pool/slices.ts';
import { Files } from '../../publish/files.ts';
import { type AgentData, type Emission, emitMetrics } from '../../publish/metrics.ts';
import type { Outcome } from '../../publish/result.ts';
import { analysisKey } from '../../results/keys.ts';
import type { Settings } from '../../settings/settings.ts';
import { openStore } from '../../store/open.ts';
import { tooManyFailed } from '../ingest/load-failures.ts';
import { partition, partitionOutcome } from '../ingest/partition.ts';
import { poolFor } from '../ingest/pool-for.ts';
import { artifactsIn, listArtifacts, readSlices } from '../ingest/read-artifacts.ts';
import type { Run } from '../ingest/run.ts';
import { type Analysis, analysisOf, type KeyedAnalysis } from './analysis.ts';
import { fitSubjects } from './fit-subjects.ts';
import { headlineMetrics, summarise } from './outcome.ts';
import { RowAggregator } from './row-aggregator.ts';

const WRITES_IN_FLIGHT = 8;

/** Would a trivial rule have decided the same? Lists, reads, fits, publishes. */
export async function counterfactual(run: Run): Promise<Outcome> {
  const { settings } = run;
  const corpus = openStore(settings.corpus, { create: false });
  const pool = poolFor(settings, settings.threads);
  try {
    const listing = await listArtifacts(run, corpus);
    const all = slicesOf(listing.entries);
    const slices = settings.share ? partition(all, settings.share) : all;
    const fold = new RowAggregator(listing.entries);
    await readSlices(run, pool, `rows-${settings.features}`, slices, (piece) => fold.add(piece));
    const failed = tooManyFailed(listing.entries, fold.failures, artifactsIn(slices), settings.maxLostShare);
    if (failed) return failed;
    if (settings.share) return partitionOutcome(run, slices, { load_failures: fold.failures.length });
    const folded = fold.finish(settings.agents, settings.features === 'captured');
    const fits = await fitSubjects(run, pool, listing, folded);
    const analyses = fits.flatMap((fit): KeyedAnalysis[] => {
      const analysis = analysisOf(fit, run);
      return analysis
        ? [{ key: analysisKey(analysis.kind, analysis.agent_id_base, run.runId), analysis }]
        : [];
    });
    const files = new Files(run.out);
    const emission = settings.dryRun ? undefined : await publish(run, files, analyses);
    return summarise({ run, listing, fold, folded, fits, analyses, writeFailures: files.failures, emission });
  } finally {
    await pool.close();
    corpus.close();
  }
}

/** A shell-run's part of the job: one thread of the pool boots. */
export async function bootCounterfactual(settings: Settings): Promise<void> {
  const pool = poolFor(settings, 1);
  try {
    await pool.boot();
  } finally {
    await pool.close();
  }
}

async function publish(run: Run, files: Files, analyses: readonly KeyedAnalysis[]): Promise<Emission> {
  await pMap(
    analyses,
    async ({ key, analysis }) => {
      if (analysis.kind === 'llm') await files.writeWithLatest(key, analysis);
      else await files.write(key, analysis);
    },
    { concurrency: WRITES_IN_FLIGHT },
  );
  const { settings, runId, window, out, now } = run;
  return emitMetrics(
    analyses.map(({ analysis }) => dataOf(analysis)),
    {
      target: settings.metrics,
      store: out,
      runId,
      job: settings.job,
      series: settings.job,
      endTime: settings.endTime,
      windowEnd: window.end,
      now,
    },
  );
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
