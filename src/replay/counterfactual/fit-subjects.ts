import { sum } from 'd3-array';
import pLimit from 'p-limit';
import pMap from 'p-map';
import type { AgentFamily, Subject } from '../../agents/family.ts';
import { FAMILIES } from '../../agents/registry.ts';
import { clusterOf, type Entry, type Listing } from '../../corpus/listing.ts';
import type { FittedSubject } from '../../pool/fit.ts';
import type { WorkerPool } from '../../pool/pool.ts';
import type { CounterfactualSettings } from '../../settings/settings.ts';
import { dayNumber } from '../../shared/day.ts';
import type { Run } from '../ingest/run.ts';
import type { EarlierAnalyses } from './earlier-analyses.ts';
import type { AggregatedRows, SubjectRows } from './row-aggregator.ts';

/** One subject's rows and what was fitted to them. */
export interface SubjectFit {
  readonly family: AgentFamily;
  readonly subject: Subject;
  readonly fit: FittedSubject;
  /** Partition date of the newest artifact with a row; absent without rows. */
  readonly newestInput?: string;
  /** Rows made by a simulation. */
  readonly simulated: number;
  readonly rows: SubjectRows;
  /** Number of the run of each row; numbers ascend in time. */
  readonly runs: Int32Array;
  /** Key of the artifact that a row comes from. */
  keyOf(row: number): string;
}

/** Fits the rules of every subject of which an artifact was read, in the pool. Resolves to them in the registry's order;
 * `onFit` hears of each as it is there. */
export async function fitSubjects(
  run: Run<CounterfactualSettings>,
  pool: WorkerPool,
  listing: Listing,
  rows: AggregatedRows,
  earlier: ReadonlyMap<string, EarlierAnalyses>,
  onFit: (fitted: SubjectFit) => void,
): Promise<readonly SubjectFit[]> {
  const { settings, progress, signal } = run;
  const pending = FAMILIES.flatMap((family) => {
    const featureSet = family[settings.features];
    const read = (rows.counts.get(family.id)?.loaded ?? 0) > 0;
    return featureSet && read ? featureSet.subjects.map((subject) => ({ family, subject })) : [];
  });
  progress.start('fit rules', pending.length);
  // The largest first: begun last, it would be waited for alone.
  const order = pending.toSorted((a, b) => rows.sizeOf(b.subject) - rows.sizeOf(a.subject));
  const limit = pLimit(settings.threads);
  const fits = await pMap(
    order,
    async ({ family, subject }): Promise<SubjectFit> => {
      const own = rows.rowsOf(subject);
      const simulated = simulatedRows(family, own, listing);
      const runs = clusterNumbers(own, listing);
      const task = {
        features: subject.features,
        rows: own.rows,
        values: own.features,
        labels: own.labels,
        labelTexts: own.labelTexts,
        maxDepth: settings.maxDepth,
        simulated,
        runs,
        days: daysOf(own, listing, run.window.days),
        evaluation: {
          seed: `${run.runId}/${subject.id}`,
          threshold: settings.explainedThreshold,
          margin: settings.explainedMargin,
          level: settings.confidence,
          isControl: family.kind === 'deterministic',
        },
        earlier: {
          ...(earlier.get(subject.id) as EarlierAnalyses),
          window: { start: run.window.start, end: run.window.end },
        },
      };
      const fit =
        (await pool.recallFit(task, signal)) ??
        (await limit(() => {
          progress.begin(subject.id);
          return pool.fit(task, signal);
        }));
      progress.advance(1, subject.id);
      const newestInput = newestDay(own, listing);
      const fitted: SubjectFit = {
        family,
        subject,
        fit,
        simulated: sum(simulated),
        rows: own,
        runs,
        keyOf: (row) => listing.entries[own.entries[row] as number]?.key as string,
        ...(newestInput && { newestInput }),
      };
      onFit(fitted);
      return fitted;
    },
    // What is kept of the next is taken while others are fitted. More would hold more rows twice.
    { concurrency: 2 * settings.threads, signal },
  );
  progress.finish();
  return pending.map(({ subject }) => fits.find((fit) => fit.subject === subject) as SubjectFit);
}

function simulatedRows(family: AgentFamily, rows: SubjectRows, listing: Listing): Uint8Array {
  const { simulated } = family;
  if (!simulated) return new Uint8Array(rows.rows);
  return perArtifact(Uint8Array, rows, listing, ({ artifactRunId, day }) =>
    Number(simulated(artifactRunId, day, listing.deterministicByDay.get(day) ?? 0)),
  );
}

/** The number of each row's cluster. Numbers ascend in time. */
function clusterNumbers(rows: SubjectRows, listing: Listing): Int32Array {
  const first = new Map<string, string>();
  for (const entry of new Set(rows.entries)) {
    const artifact = listing.entries[entry] as Entry;
    const [cluster, place] = [clusterOf(artifact), `${artifact.day} ${artifact.artifactRunId}`];
    const known = first.get(cluster);
    if (known === undefined || place < known) first.set(cluster, place);
  }
  const inTime = [...first].sort(([, one], [, other]) => (one < other ? -1 : 1));
  const numbers = new Map(inTime.map(([cluster], number) => [cluster, number]));
  return perArtifact(Int32Array, rows, listing, (artifact) => numbers.get(clusterOf(artifact)) as number);
}

function daysOf(rows: SubjectRows, listing: Listing, window: readonly string[]): Int32Array {
  const days = new Map(window.map((day) => [day, dayNumber(day)]));
  return perArtifact(Int32Array, rows, listing, ({ day }) => days.get(day) as number);
}

/** A number for each row, which its artifact alone decides. The rows of one artifact follow one another. */
function perArtifact<A extends Uint8Array | Int32Array>(
  Numbers: new (length: number) => A,
  { entries }: SubjectRows,
  listing: Listing,
  numberOf: (artifact: Entry) => number,
): A {
  const numbers = new Numbers(entries.length);
  for (let row = 0; row < entries.length; row += 1) {
    const entry = entries[row] as number;
    numbers[row] =
      row > 0 && entry === entries[row - 1]
        ? (numbers[row - 1] as number)
        : numberOf(listing.entries[entry] as Entry);
  }
  return numbers;
}

/** Entries are listed newest day first. */
function newestDay(rows: SubjectRows, listing: Listing): string | undefined {
  const [first] = rows.entries;
  return first === undefined ? undefined : listing.entries[first]?.day;
}
