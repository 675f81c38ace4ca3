import type { z } from 'zod';
import type { JsonObject, JsonValue } from '../shared/json.ts';

/** What a family sees of one captured artifact: the envelope is already checked. */
export interface Artifact {
  readonly agentId: string;
  readonly artifactRunId: string;
  /** Partition date of the key, `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly snapshot: JsonObject;
  readonly output: JsonObject;
}

/** One input of a decision: a number, or one of `levels` (held as its index). NaN is missing in both. */
export interface Feature {
  readonly name: string;
  readonly levels?: readonly string[];
  /** The market regime that the agent was told, or something of the agent's own earlier output, which stands still once
   * a rule has replaced it. */
  readonly role?: 'regime' | 'own_output';
}

/** One (features → label) pair. `features` is parallel to the subject's features, `labels` to its labels;
 * the first label is the decision and always present, a companion may be null (no row for that companion). */
export interface Row {
  readonly features: readonly number[];
  readonly labels: readonly [string, ...(string | null)[]];
}

/** What one rule is fitted to. A family has one subject, or one per layer when its layers share no shape. */
export interface Subject {
  /** `agent_id_base` in files and metrics: the family id, with `:layer` behind it when there are several. */
  readonly id: string;
  readonly features: readonly Feature[];
  /** Name of the decision, then of companions: other labels of the same rows, fitted beside it. */
  readonly labels: readonly [string, ...string[]];
}

/** What an artifact yields: rows of one subject, with the items that became no row counted by reason, or a drop. */
export type Extraction =
  | {
      readonly subject: Subject;
      readonly rows: readonly Row[];
      readonly skipped?: Readonly<Record<string, number>>;
    }
  | { readonly drop: string };

/** One reading of a family's artifacts. `extract` never throws, whatever the snapshot and output hold. */
export interface FeatureSet {
  readonly subjects: readonly Subject[];
  extract(artifact: Artifact): Extraction;
}

/** The decision of a capture that is to be replayed. All of it is JSON: it crosses threads and is kept. */
export interface Original {
  /** The decision, in the family's comparable form. */
  readonly decision: JsonValue;
  /** What of the snapshot is needed to bring an answer to the same form. */
  readonly context: JsonValue;
}

/** How near two decisions are. */
export interface Agreement {
  /** In [0, 1]; 1 for identical decisions, empty ones included. */
  readonly score: number;
  /** Numbers beside the score that explain it, by name; one that does not apply is left out. */
  readonly diagnostics: Readonly<Record<string, number>>;
}

/** How a family's captured prompt is put to another model, and how near the answer comes to the capture. */
export interface Replay {
  /** Whether production let the model call tools in a loop: then one call with the captured prompt is not what
   * was asked, for what the tools found is not in it. */
  readonly toolLoop: boolean;
  /** What the model must answer. Its JSON schema is sent, the whole of it is checked afterwards. */
  readonly answer: z.ZodType;
  /** What `original` gives, by which it is checked after it was kept. */
  readonly form: z.ZodType<Original>;
  /** The captured decision, or why the capture holds none that a model took. Never throws. */
  original(artifact: Artifact): Original | { readonly skip: string };
  /** The decision in an answer that `answer` accepted. */
  decision(answer: unknown, context: JsonValue): JsonValue;
  /** Compares two decisions of the same context. */
  agreement(original: JsonValue, replayed: JsonValue): Agreement;
}

/** Everything particular to one agent family. */
export interface AgentFamily {
  readonly id: string;
  readonly kind: 'llm' | 'deterministic';
  /** In one paragraph: what its decision is, and what of it the snapshot cannot explain. */
  readonly decision: string;
  readonly captured: FeatureSet;
  /** The Python original's reading, where there was one: its names, its missing-is-zero rule. */
  readonly original?: FeatureSet;
  /** Absent where no model is asked. */
  readonly replay?: Replay;
  /** Whether a capture was made by a simulation, told from its key alone and the number of captures of
   * deterministic families on its day. */
  simulated?(artifactRunId: string, day: string, deterministicThatDay: number): boolean;
  /** The cluster of a capture's decisions, told from its key alone. Decisions of one cluster knew the same day and the
   * same book, and are not independent. Absent where the cluster is the artifact's run id. */
  clusterOf?(artifactRunId: string, day: string): string;
}
