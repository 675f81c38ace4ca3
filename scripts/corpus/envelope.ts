import { SINCE } from './calendar.ts';
import type { Random } from './random.ts';

export type Fields = Record<string, unknown>;

/** One object of the corpus. */
export interface CorpusObject {
  readonly key: string;
  readonly body: string;
}

/** The prompt of one model call and what the call is said to have used. */
export interface ModelCall {
  readonly model: string;
  readonly system: string;
  readonly user: string;
  /** All token counts are zero when the capture site was not wired. */
  readonly metered: boolean;
  readonly runType?: 'weekly_research' | 'morning' | 'EOD';
  readonly team?: string;
  readonly promptId?: string;
}

/** A decision before it is put into its envelope. */
export interface Draft {
  readonly agentId: string;
  readonly runId: string;
  /** Partition, UTC. */
  readonly day: string;
  /** Time of day, `HH:MM:SS`, UTC. */
  readonly time: string;
  /** Null for a program's decision. */
  readonly call: ModelCall | null;
  readonly snapshot: Fields;
  readonly output: Fields;
  readonly summary: string | null;
  /** Size before truncation, when the snapshot was cut. */
  readonly truncatedAt?: number;
}

function corpusKey(draft: Pick<Draft, 'day' | 'agentId' | 'runId'>): string {
  return `decision_artifacts/${draft.day.replaceAll('-', '/')}/${draft.agentId}/${draft.runId}.json`;
}

/** Puts a decision into the envelope of its day, field by field in the writer's order. */
export function seal(draft: Draft, random: Random): CorpusObject {
  const { day, call } = draft;
  const micros = random.chance(0.05) ? '' : `.${String(random.int(1, 999_999)).padStart(6, '0')}`;
  const artifact: Fields = {
    schema_version: day >= SINCE.envelopeV2 ? 2 : 1,
    run_id: draft.runId,
    timestamp: `${day}T${draft.time}${micros}+00:00`,
    agent_id: draft.agentId,
    model_metadata: call && metadata(call, day, random),
    full_prompt_context: call && {
      system_prompt: call.system,
      user_prompt: call.user,
      tool_definitions: [],
      prompt_version_hash: call.metered ? random.hex(12) : null,
    },
    input_data_snapshot: draft.snapshot,
    input_data_summary: draft.summary,
    input_data_truncated_at: draft.truncatedAt ?? null,
    agent_output: draft.output,
  };
  if (day >= SINCE.codeSha) {
    const stamped = call?.runType === 'weekly_research' && day >= SINCE.stampedCodeSha;
    artifact.code_sha = stamped ? random.hex(40) : null;
    if (day >= SINCE.stampedCodeSha) {
      artifact.data_snapshot_id = stamped ? (random.chance(0.2) ? 'unknown' : `snap-${day}`) : null;
    }
  }
  return { key: corpusKey(draft), body: JSON.stringify(artifact) };
}

function metadata(call: ModelCall, day: string, random: Random): Fields {
  const input = call.metered
    ? Math.ceil((call.system.length + call.user.length) / 4) + random.int(40, 900)
    : 0;
  const output = call.metered ? random.int(300, 2400) : 0;
  const fields: Fields = {
    model_name: call.model,
    model_version: null,
    node_name: null,
    sector_team_id: call.team ?? null,
    prompt_id: call.metered ? (call.promptId ?? null) : null,
    prompt_version: call.metered && call.promptId ? '1.4.0' : null,
    run_type: call.runType ?? null,
    input_tokens: input,
    output_tokens: output,
    cache_read_tokens: 0,
    cache_create_tokens: 0,
    cost_usd: Math.round(input * 3 + output * 15) / 1e6,
  };
  if (day >= SINCE.codeSha) fields.provider = 'anthropic';
  if (day >= SINCE.meteredSectorTeams) {
    Object.assign(fields, {
      provider_reported_cost_usd: null,
      cache_create_1h_tokens: 0,
      prompt_cache_miss_tokens: 0,
      reasoning_tokens: 0,
      web_search_requests: 0,
      web_fetch_requests: 0,
    });
  }
  if (day >= SINCE.addressedRegistry) fields.addressed_registry_id = null;
  return fields;
}

/** The mark a writer leaves in place of a snapshot field that was too large. */
export function fieldMarker(field: string, size: number): Fields {
  return { _truncated: true, original_field: field, original_size_bytes: size };
}

/** The mark that replaces a whole snapshot when dropping fields was not enough. */
export function snapshotMarker(size: number): Fields {
  return {
    _truncated: true,
    reason: 'exceeded_cap_after_full_field_drop',
    original_size_bytes: size,
    cap_bytes: 1_000_000,
  };
}

/** Time of day `minutes` after midnight. */
export function clock(minutes: number, second = 0): string {
  const hour = Math.floor(minutes / 60);
  return [hour, minutes % 60, second].map((part) => String(part).padStart(2, '0')).join(':');
}
