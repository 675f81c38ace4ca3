import type { Envelope } from '../publish/result.ts';

/** What is shown of a run that has ended: its envelope, the summary whole where there is one. */
export type Ended = Omit<Envelope, 'run_id' | 'truncated'>;

/** A list of which an envelope has only the first items. */
interface Sampled<T> {
  readonly count: number;
  readonly sample: readonly T[];
}

/** What the summaries of all jobs may have. A run that failed has little of it. */
export interface CommonSummary {
  readonly window_start?: string;
  readonly window_end?: string;
  readonly load_failures?: Sampled<object>;
  readonly replay_failures?: Sampled<{ readonly reason?: string }>;
  readonly write_failures?: Sampled<object> | readonly object[];
  readonly fit_failures?: readonly { readonly agent_id_base: string }[];
  readonly metrics?: {
    readonly target: string;
    readonly emitted: number;
    readonly skipped: readonly { readonly reason: string }[];
    readonly error?: string;
  } | null;
  readonly per_family?: Readonly<
    Record<string, { readonly dropped?: Counts; readonly deduplicated?: number; readonly skipped?: Counts }>
  >;
  readonly not_listed?: {
    readonly capped?: Counts;
    readonly unknown?: { readonly count: number };
    readonly ignored_keys?: { readonly count: number };
  };
}

export type Counts = Readonly<Record<string, number>>;

export interface CounterfactualSummary extends CommonSummary {
  readonly max_depth?: number;
  readonly artifacts_loaded?: number;
  readonly agents_skipped_thin_sample?: readonly {
    readonly agent_id_base: string;
    readonly skip_reason?: string;
  }[];
  readonly agents_unsupported?: readonly string[];
  readonly per_agent?: readonly RuleLine[];
  readonly controls?: {
    readonly status: string;
    readonly positive: { readonly tested: readonly string[]; readonly failed: readonly AgentNamed[] };
    readonly negative: { readonly tested: number; readonly failed: readonly AgentNamed[] };
  };
}

interface AgentNamed {
  readonly agent_id_base: string;
}

/** One agent of `counterfactual`. */
export interface RuleLine extends AgentNamed {
  readonly kind: string;
  readonly n_samples: number;
  readonly match_rate: number;
  readonly verdict: string;
  readonly verdicts: Readonly<Record<string, string>>;
  readonly runs: number;
  readonly runs_needed: number | null;
  readonly out_of_sample: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly baseline: number;
}

export interface ConcordanceSummary extends CommonSummary {
  readonly budget_stopped?: boolean;
  readonly n_artifacts_candidate?: number;
  readonly n_artifacts_replayed?: number;
  readonly n_artifacts_skipped_for_budget?: number;
  readonly replay_skips?: Counts;
  readonly cost?: { readonly usd: number | null };
  readonly cache?: { readonly hits: number; readonly misses: number };
  readonly noise_ceiling?: object | null;
  readonly per_target?: readonly TargetLines[];
}

/** One target model of `concordance`. */
export interface TargetLines {
  readonly target_model: string;
  readonly per_agent: readonly AgreementLine[];
  readonly agents_skipped_thin_sample: readonly (AgentNamed & { readonly n_observations: number })[];
}

export interface AgreementLine extends AgentNamed {
  readonly n: number;
  readonly mean: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly runs: number;
  readonly runs_needed: number | null;
  readonly verdict: string;
  readonly saving_per_month_usd?: number | null;
}

interface Price {
  readonly expected: number;
  readonly worst: number;
}

interface Prices {
  readonly messages: Price;
  readonly batches: Price;
}

/** `concordance --dry-run`. */
export interface PlanSummary extends CommonSummary {
  readonly plan: readonly PlanLine[];
  readonly calls: number;
  readonly cached: number;
  readonly transport: string;
  readonly usd: Prices & { readonly budget: number };
  readonly stop_when_sure?: boolean;
  readonly noise_ceiling?: {
    readonly requested: number;
    readonly sampled: number;
    readonly calls: number;
    readonly usd: Prices;
  } | null;
  readonly n_artifacts_over_cap?: number;
}

export interface PlanLine extends AgentNamed {
  readonly target_model: string;
  readonly replayable: number;
  readonly cached: number;
  readonly calls: number;
  readonly usd: { readonly [list in keyof Prices]: Price | null };
}

export interface SingleSummary extends CommonSummary {
  readonly artifact_key?: string;
  readonly agent_id_base?: string;
  readonly skipped?: string;
  readonly original_model?: string;
  readonly original_decision?: unknown;
  readonly replay_decision?: unknown;
  readonly agreement?: number;
  readonly invalid_answer?: string;
  readonly error?: string;
  readonly answer?: unknown;
  readonly usd?: number | null;
  readonly latency_ms?: number | null;
}

export interface ReportSummary extends CommonSummary {
  readonly agents?: readonly (AgentNamed & { readonly action: string })[];
  readonly unreadable?: readonly { readonly key: string; readonly error: string }[];
}
