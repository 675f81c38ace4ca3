import pMap from 'p-map';
import type { Entry } from '../../corpus/listing.ts';
import type { CapturedPrompt } from '../../pool/candidates.ts';
import type { WorkerPool } from '../../pool/pool.ts';
import { ReplayError } from '../../shared/errors.ts';
import type { Run } from '../ingest/run.ts';
import type { Candidate } from './candidate-aggregator.ts';
import type { Replayed, TargetRun } from './target-run.ts';
import { truncateDecision } from './truncate-decision.ts';

/** Shown of an agent under a target. */
const CASES = 3;
/** Longest part of a prompt, characters; the whole of it is in the artifact. */
const MAX_PROMPT = 4_000;
const READS_IN_FLIGHT = 16;

interface CutText {
  readonly text: string;
  /** Characters left out behind it. */
  readonly cut: number;
}

/** A capture that a target decides otherwise, side by side. */
export interface Disagreement {
  readonly target_model: string;
  readonly agent_id_base: string;
  readonly artifact_key: string;
  readonly original_model: string;
  readonly agreement: number;
  readonly diagnostics: Readonly<Record<string, number>>;
  readonly original_decision: unknown;
  readonly replay_decision: unknown;
  /** Null where the capture could not be read again. */
  readonly prompt: { readonly system: CutText | null; readonly user: CutText } | null;
}

/** Of each target and agent the captures that agree least, worst first, of equally bad ones the newest. */
export function worstDisagreements(
  run: Run,
  pool: WorkerPool,
  targets: readonly TargetRun[],
): Promise<Disagreement[]> {
  const cases = targets.flatMap((replays) => {
    const { model } = replays.target.params;
    const byFamily = Map.groupBy(disagreeing(replays), ({ candidate }) => candidate.entry.family.id);
    return [...byFamily.values()].flatMap((own) =>
      own
        .toSorted(worstFirst)
        .slice(0, CASES)
        .map((one) => ({ model, ...one })),
    );
  });
  return pMap(
    cases,
    async ({ model, candidate, scored }) => ({
      target_model: model,
      agent_id_base: candidate.entry.family.id,
      artifact_key: candidate.entry.key,
      original_model: candidate.originalModel,
      agreement: scored.agreement.score,
      diagnostics: scored.agreement.diagnostics,
      original_decision: truncateDecision(candidate.original.decision),
      replay_decision: truncateDecision(scored.decision),
      prompt: await promptOf(pool, candidate.entry),
    }),
    { concurrency: READS_IN_FLIGHT, signal: run.signal },
  );
}

interface Case {
  readonly candidate: Candidate;
  readonly scored: Extract<Extract<Replayed, { scored: unknown }>['scored'], { agreement: unknown }>;
}

/** In work order, whatever order the answers came in. */
function disagreeing({ byHash, results }: TargetRun): Case[] {
  return [...byHash.values()].flat().flatMap((candidate) => {
    const replayed = results.get(candidate);
    if (!replayed || !('scored' in replayed) || !('agreement' in replayed.scored)) return [];
    return replayed.scored.agreement.score < 1 ? [{ candidate, scored: replayed.scored }] : [];
  });
}

function worstFirst(a: Case, b: Case): number {
  const byScore = a.scored.agreement.score - b.scored.agreement.score;
  return byScore || (a.candidate.entry.key < b.candidate.entry.key ? 1 : -1);
}

async function promptOf(pool: WorkerPool, entry: Entry): Promise<Disagreement['prompt']> {
  let captured: CapturedPrompt;
  try {
    captured = await pool.readPrompt(entry);
  } catch (error) {
    if (error instanceof ReplayError) return null;
    throw error;
  }
  const { system, user } = captured.prompt;
  return { system: system === undefined ? null : cutText(system), user: cutText(user) };
}

function cutText(text: string): CutText {
  return { text: text.slice(0, MAX_PROMPT), cut: Math.max(0, text.length - MAX_PROMPT) };
}
