import type { Listing } from '../../corpus/listing.ts';
import type { WriteFailure } from '../../publish/files.ts';
import { listOf, type Outcome, sampleOf } from '../../publish/result.ts';
import type { Analysis } from '../../results/analysis.ts';
import type { NotKept } from '../../results/left-out.ts';
import type { Emission } from '../../results/metrics.ts';
import type { CounterfactualSettings } from '../../settings/settings.ts';
import { total } from '../../shared/tally.ts';
import type { LoadFailure } from '../ingest/artifact-aggregator.ts';
import { keyedFailures } from '../ingest/load-failures.ts';
import { notListed } from '../ingest/not-listed.ts';
import type { Run } from '../ingest/run.ts';
import type { KeyedAnalysis } from './analysis.ts';
import { controlsOf } from './controls.ts';
import type { SubjectFit } from './fit-subjects.ts';
import type { AggregatedRows } from './row-aggregator.ts';

interface Parts {
  readonly run: Run<CounterfactualSettings>;
  readonly listing: Listing;
  readonly loadFailures: readonly LoadFailure[];
  readonly rows: AggregatedRows;
  readonly fits: readonly SubjectFit[];
  readonly analyses: readonly KeyedAnalysis[];
  readonly writeFailures: readonly WriteFailure[];
  readonly notKept: NotKept;
  /** Absent on a dry run. */
  readonly emission: Emission | undefined;
}

/** The run's counts and lists, and whether anything failed. */
export function summarise(parts: Parts): Outcome {
  const { run, listing, rows, fits, analyses, writeFailures, emission } = parts;
  const loadFailures = keyedFailures(parts.loadFailures);
  const fitFailures = fits.flatMap(({ subject, fit }) =>
    fit.error === undefined ? [] : [{ agent_id_base: subject.id, error: fit.error }],
  );
  const skipped = fits.flatMap(({ subject, fit }) =>
    'skip_reason' in fit.decision && fit.error === undefined
      ? [{ agent_id_base: subject.id, ...fit.decision }]
      : [],
  );
  const unsupported = unsupportedAgents(run, listing, rows);
  const notWritten = new Set(writeFailures.map(({ key }) => key));
  const controls = controlsOf(analyses.map(({ analysis }) => analysis));
  const failed =
    controls.status === 'failed' ||
    loadFailures.length > 0 ||
    fitFailures.length > 0 ||
    writeFailures.length > 0 ||
    parts.notKept.count > 0 ||
    emission?.error !== undefined;
  return {
    status: failed ? 'PARTIAL' : 'OK',
    exitCode: 0,
    written: analyses.filter(({ key }) => !notWritten.has(key)).length,
    found: {
      summary: {
        window_start: run.window.start,
        window_end: run.window.end,
        max_depth: run.settings.maxDepth,
        feature_set: run.settings.features,
        artifacts_discovered: listing.entries.length + total(listing.unknown) + total(listing.capped),
        artifacts_loaded: listing.entries.length - loadFailures.length,
        agents_analyzed: analyses.length,
        agents_skipped_thin_sample: skipped,
        agents_unsupported: sampleOf(unsupported),
        load_failures: listOf(loadFailures),
        fit_failures: fitFailures,
        write_failures: listOf(writeFailures),
        not_kept: parts.notKept,
        metrics: emission ?? null,
        controls,
        per_agent: analyses.map(({ key, analysis }) => ({
          agent_id_base: analysis.agent_id_base,
          kind: analysis.kind,
          n_samples: analysis.n_samples,
          match_rate: analysis.match_rate,
          n_classes: analysis.n_classes,
          ...headlineMetrics(analysis),
          simulated: analysis.simulated,
          newest_input_date: analysis.newest_input_date,
          analysis_key: run.settings.dryRun || notWritten.has(key) ? null : run.out.fullKey(key),
        })),
        per_family: Object.fromEntries(rows.counts),
        not_listed: notListed(listing),
      },
      lists: {
        load_failures: loadFailures,
        agents_unsupported: unsupported,
        unknown_agents: listing.unknown,
        dropped: rows.drops,
        ignored_keys: listing.ignored,
        write_failures: writeFailures,
      },
    },
  };
}

/** What an engineer may act on: the tree's numbers beside its match in sample, and each rule's verdict. */
export function headlineMetrics({ evaluation: { runs, baseline, rules } }: Analysis) {
  const { tree, logistic, exact } = rules;
  return {
    verdict: tree.verdict,
    verdict_reason: tree.reason,
    runs,
    runs_needed: tree.runs_needed,
    out_of_sample: tree.out_of_sample?.match_rate ?? null,
    lower: tree.out_of_sample?.interval?.low ?? null,
    upper: tree.out_of_sample?.interval?.high ?? null,
    baseline: baseline.match_rate,
    optimal: exact?.in_sample.match_rate ?? null,
    verdicts: {
      tree: tree.verdict,
      ...(logistic && { logistic: logistic.verdict }),
      ...(exact && { exact: exact.verdict }),
    },
  };
}

/** Agents nobody has a rule for: unknown ids, and families that the feature set does not cover. */
function unsupportedAgents(
  run: Run<CounterfactualSettings>,
  listing: Listing,
  rows: AggregatedRows,
): string[] {
  const uncovered = new Set<string>();
  for (const { family } of listing.entries) {
    const read = (rows.counts.get(family.id)?.loaded ?? 0) > 0;
    if (family[run.settings.features] === undefined && read) uncovered.add(family.id);
  }
  return [...uncovered, ...Object.keys(listing.unknown)].sort();
}
