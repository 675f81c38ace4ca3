import { fitSubject } from '../../src/pool/fit.ts';
import type { FitTask } from '../../src/pool/fit-task.ts';
import type { EarlierAnalysis } from '../../src/results/analysis.ts';
import type { EvaluatedFit } from '../../src/results/rules.ts';
import { missingForReplace } from '../../src/rules/evaluation/missing.ts';
import { judgePredictions } from '../../src/rules/evaluation/out-of-sample.ts';
import { recallsOf } from '../../src/rules/evaluation/parts.ts';
import { matchLater } from '../../src/rules/prospective.ts';
import { DAY_MS } from '../../src/shared/day.ts';
import { clusterTotals } from '../../src/statistics/clusters.ts';
import { LowerLimit } from '../../src/statistics/lower-limit.ts';
import { Random } from '../../src/statistics/random.ts';
import { percent, type Section } from './table.ts';

const OPTIONS = { threshold: 0.85, margin: 0.2, level: 0.95 };
const WEEKS = 52;
const RUNS_A_WEEK = 5;
const WINDOW_RUNS = 40;
const LABELS = ['no', 'yes'];

/** Rows a run, true match, the last week that counts, and how often an agent may or must be replaced by then. Where no
 * more may be, all of the agents are looked at, else a quarter. */
const LINES: readonly {
  readonly size: number;
  readonly match: number;
  readonly until: number;
  readonly most?: number;
  readonly least?: number;
}[] = [
  { size: 9, match: 0.85, until: WEEKS, most: 0.03 },
  { size: 18, match: 0.85, until: WEEKS, most: 0.03 },
  { size: 9, match: 0.9, until: 26 },
  { size: 9, match: 0.92, until: 26 },
  { size: 9, match: 0.95, until: 26, least: 0.8 },
];

interface Year {
  /** The first week of a window that was explained, and of one whose rule may replace the agent. */
  readonly explained: number | undefined;
  readonly replaced: number | undefined;
}

/** A look every week at the newest forty runs of an agent that decides as a rule does, but for some of its decisions. */
export function weeklyLooks(seed: string, all: number): Section {
  const published = publishedRule();
  const findings: Section['findings'][number][] = [];
  const rows = LINES.map(({ size, match, until, most, least }) => {
    const agents = most === undefined ? Math.ceil(all / 4) : all;
    const years = Array.from({ length: agents }, (_, agent) =>
      yearOf(new Random(`${seed}/${size}/${match}/${agent}`), { size, match, until }, published),
    );
    const explained = years.filter((year) => year.explained !== undefined).length / agents;
    const weeks = years.flatMap(({ replaced }) => replaced ?? []).toSorted((one, other) => one - other);
    const replaced = weeks.length / agents;
    const text = `${size} rows a run, true match ${match}: replaced by week ${until}`;
    if (most !== undefined) {
      findings.push({
        text: `${text} in at most ${percent(most)} (${percent(replaced)})`,
        holds: replaced <= most,
      });
    }
    if (least !== undefined) {
      findings.push({
        text: `${text} in at least ${percent(least)} (${percent(replaced)})`,
        holds: replaced >= least,
      });
    }
    const median = replaced > 0.5 ? (weeks[Math.ceil(agents / 2) - 1] as number) : '–';
    return [size, match, agents, until, percent(explained), percent(replaced), median];
  });
  return {
    title: `A look every week at the newest ${WINDOW_RUNS} runs`,
    columns: [
      'rows a run',
      'true match',
      'agents',
      'looks',
      'explained at least once',
      'replaced at least once',
      'week of the first replacement, median',
    ],
    rows,
    findings,
  };
}

/** Looks until the rule may replace the agent: afterwards nobody looks. Week 1 is that of the first whole window. */
function yearOf(
  random: Random,
  { size, match, until }: { readonly size: number; readonly match: number; readonly until: number },
  published: EvaluatedFit,
): Year {
  const runs = WINDOW_RUNS + RUNS_A_WEEK * (until - 1);
  const values = Float64Array.from({ length: runs * size }, () => random.below(2));
  const labels = Int32Array.from(values, (value) => (random.unit() < match ? value : 1 - value));
  const earlier: EarlierAnalysis[] = [];
  let explained: number | undefined;
  for (let week = 1; week <= until; week += 1) {
    const first = RUNS_A_WEEK * (week - 1);
    const window = { start: dayOf(first), end: dayOf(first + WINDOW_RUNS - 1) };
    const part = [first * size, (first + WINDOW_RUNS) * size] as const;
    const inputs = values.slice(...part);
    const truth = labels.slice(...part);
    const runOf = Int32Array.from(truth, (_, row) => Math.floor(row / size));
    const groups = Array.from({ length: WINDOW_RUNS }, (_, run) =>
      Array.from({ length: size }, (_, row) => run * size + row),
    );
    const predicted = Int32Array.from(inputs);
    // Told in a tenth of the time: what is not above the threshold is not explained.
    if (!isAbove(truth, predicted, runOf)) continue;
    const seen = { runs: runOf, groups, truth, classes: 2, outside: predicted, forward: predicted };
    const judged = judgePredictions(seen, { ...OPTIONS, seed: window.end });
    if (judged.verdict !== 'explained') continue;
    explained ??= week;
    const task = {
      ...taskOf(inputs, truth, size, first),
      earlier: { analyses: earlier, unreadable: [], window },
    };
    const recalls = recallsOf(truth, predicted, runOf, OPTIONS.level).map((recall) => ({
      ...recall,
      label: LABELS[recall.label] as string,
    }));
    const missing = missingForReplace(judged, recalls, OPTIONS.threshold);
    if (missing.length === 0 && matchLater(task).moreRuns.tree === 0) return { explained, replaced: week };
    const { classes, rules, evaluation } = published;
    earlier.unshift({
      run_id: window.end,
      window_start: window.start,
      window_end: window.end,
      label: 'decision',
      classes,
      rules,
      evaluation: { ...evaluation, rules: { tree: judged, logistic: { verdict: 'inconclusive' } } },
    });
  }
  return { explained, replaced: undefined };
}

function isAbove(truth: Int32Array, predicted: Int32Array, runs: Int32Array): boolean {
  const right = Array.from(truth, (label, row) => Number(label === predicted[row]));
  if (right.filter((one) => one === 1).length <= OPTIONS.threshold * right.length) return false;
  const { sums, sizes } = clusterTotals(right, runs);
  const limit = new LowerLimit(
    Array.from(sizes, (size, run) => ({ misses: size - (sums[run] as number), size })),
  );
  return limit.exceeds(OPTIONS.threshold, (1 - OPTIONS.level) / 2);
}

/** The rule that the agent is held against, as a run publishes it. */
function publishedRule(): EvaluatedFit {
  const values = Float64Array.from({ length: 200 }, (_, row) => row % 2);
  const task = taskOf(values, Int32Array.from(values), 10, 0);
  return fitSubject(task).decision as EvaluatedFit;
}

function taskOf(values: Float64Array, codes: Int32Array, size: number, firstRun: number): FitTask {
  const runs = Int32Array.from(codes, (_, row) => Math.floor(row / size));
  return {
    features: [{ name: 'input' }],
    rows: codes.length,
    values,
    labels: [{ name: 'decision', codes }],
    labelTexts: LABELS,
    maxDepth: 1,
    simulated: new Uint8Array(codes.length),
    runs,
    days: runs.map((run) => dayNumberOf(firstRun + run)),
    evaluation: { ...OPTIONS, seed: 'looks' },
    earlier: { analyses: [], unreadable: [], window: { start: dayOf(0), end: dayOf(0) } },
  };
}

/** Five runs in the seven days of a week, from Monday 2026-01-05 on. */
function dayNumberOf(run: number): number {
  return Date.UTC(2026, 0, 5) / DAY_MS + 7 * Math.floor(run / RUNS_A_WEEK) + (run % RUNS_A_WEEK);
}

function dayOf(run: number): string {
  return new Date(dayNumberOf(run) * DAY_MS).toISOString().slice(0, 10);
}
