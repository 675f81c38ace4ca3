import type { AdviceDocument, AgentAdvice } from '../results/advice.ts';
import type { Analysis } from '../results/analysis.ts';
import type { Disagreement } from '../results/concordance-run.ts';
import type { CapturedCost } from '../results/parts.ts';
import type { AgentAgreement, Summary } from '../results/summary.ts';
import type { RunFiles } from './read-run.ts';

/** Everything that a report shows, read from the files of one run and of earlier ones. */
export interface ReportData extends Omit<RunFiles, 'analyses'> {
  readonly runKey: string;
  /** `YYMMDDHHMM` of the window end. */
  readonly runId: string;
  /** `YYYY-MM-DD`. */
  readonly windowStart: string;
  readonly windowEnd: string;
  /** URIs of the stores. */
  readonly corpus: string;
  readonly out: string;
  /** LLM agents, in the order of the registry, measured or not. */
  readonly agents: readonly AgentData[];
  /** Deterministic agents, which a rule should reproduce. */
  readonly controls: readonly ControlData[];
  /** The advice of the newest run whose window ended on an earlier day. */
  readonly before: AdviceDocument | null;
  /** Runs whose windows ended by that of this one, oldest first. */
  readonly runs: readonly PastRun[];
}

/** What to do about one agent, and what that rests on. */
export interface Advice extends AgentAdvice {
  /** One sentence each: the numbers it rests on, how sure they are. */
  readonly grounds: readonly string[];
}

/** What is known of one agent. */
export interface AgentData {
  readonly id: string;
  readonly family: string;
  /** What counts as its decision. */
  readonly decision: string;
  readonly advice: Advice;
  /** Null where no rule was fitted: `notFitted` says why. */
  readonly analysis: Analysis | null;
  readonly notFitted: string | null;
  /** One a target model; none when `concordance` did not run. */
  readonly targets: readonly TargetData[];
  /** What its captured calls cost, whether or not they can be replayed; null where nothing tells. */
  readonly cost: CapturedCost | null;
  /** Partition of its newest capture, in this run or an earlier one, `YYYY-MM-DD`; null where none is known. */
  readonly newestCapture: string | null;
  /** Oldest first, this run last. */
  readonly history: AgentHistory;
}

/** An agent with the id of its section in the page. */
export type ShownAgent = AgentData & { readonly anchor: string };

/** A deterministic agent, about which there is nothing to decide. */
export type ControlData = Omit<AgentData, 'advice'> & { readonly advice?: Advice };

/** One agent under one target model. */
export interface TargetData {
  readonly model: string;
  /** Null where too few captures were scored: `notMeasured` says why. */
  readonly found: AgentAgreement | null;
  readonly notMeasured: string | null;
  /** The mean agreement that the agent's interval must be clear of. */
  readonly threshold: number;
  /** The agent's agreement with itself. */
  readonly ceiling: NonNullable<Summary['noise_ceiling']>['per_agent'][number] | null;
  /** What is to be said of all numbers under this model: one sentence each. */
  readonly caveats: readonly string[];
  /** The captures that the models decide most differently, worst first. */
  readonly worst: readonly Disagreement[];
}

/** One number of one run. */
export interface HistoryPoint {
  readonly runId: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface AgentHistory {
  /** Match in sample of the greedy tree, without an interval. */
  readonly match: readonly HistoryPoint[];
  /** Match out of sample of the same. */
  readonly unseen: readonly HistoryPoint[];
  readonly agreement: readonly { readonly model: string; readonly points: readonly HistoryPoint[] }[];
}

/** A run that has left its advice, and perhaps a report. */
export interface PastRun {
  readonly advice: AdviceDocument;
  readonly hasReport: boolean;
}
