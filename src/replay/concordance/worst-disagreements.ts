import type { Prompt } from '../../corpus/prompt.ts';
import type { Disagreement } from '../../results/concordance-run.ts';
import type { Candidate } from './candidate-aggregator.ts';
import type { Replayed, TargetRun } from './target-run.ts';

/** Shown of an agent under a target. */
const CASES = 3;
/** Longest part of a prompt, characters; the whole of it is in the artifact. */
const MAX_PROMPT = 4_000;
/** Longest text of a decision that is shown outside its own file. */
const MAX_TEXT = 4_000;

/** Of each target and agent the captures that agree least, worst first, of equally bad ones the newest. */
export function worstCases(targets: readonly TargetRun[]): Case[] {
  return targets.flatMap((replays) => {
    const byFamily = Map.groupBy(disagreeing(replays), ({ candidate }) => candidate.entry.family.id);
    return [...byFamily.values()].flatMap((own) => own.toSorted(worstFirst).slice(0, CASES));
  });
}

/** A case as it is published. */
export function disagreementOf(
  { model, candidate, scored }: Case,
  prompt: Disagreement['prompt'],
): Disagreement {
  return {
    target_model: model,
    agent_id_base: candidate.entry.family.id,
    artifact_key: candidate.entry.key,
    original_model: candidate.originalModel,
    agreement: scored.agreement.score,
    diagnostics: scored.agreement.diagnostics,
    original_decision: truncateDecision(candidate.original.decision),
    replay_decision: truncateDecision(scored.decision),
    prompt,
  };
}

/** As much of a prompt as is published. */
export function promptExcerpt({ system, user }: Prompt): Disagreement['prompt'] {
  return { system: system === undefined ? null : cutText(system), user: cutText(user) };
}

interface Case {
  readonly model: string;
  readonly candidate: Candidate;
  readonly scored: Extract<Extract<Replayed, { scored: unknown }>['scored'], { agreement: unknown }>;
}

/** In work order, whatever order the answers came in. */
function disagreeing({ target, candidates, results }: TargetRun): Case[] {
  const { model } = target.params;
  return candidates.flatMap((candidate) => {
    const replayed = results.get(candidate);
    if (!replayed || !('scored' in replayed) || !('agreement' in replayed.scored)) return [];
    return replayed.scored.agreement.score < 1 ? [{ model, candidate, scored: replayed.scored }] : [];
  });
}

function worstFirst(a: Case, b: Case): number {
  const byScore = a.scored.agreement.score - b.scored.agreement.score;
  return byScore || (a.candidate.entry.key < b.candidate.entry.key ? 1 : -1);
}

function cutText(text: string) {
  return { text: text.slice(0, MAX_PROMPT), cut: Math.max(0, text.length - MAX_PROMPT) };
}

/** A decision as it is, or the beginning of its JSON where that is long. */
export function truncateDecision(decision: unknown): unknown {
  let text: string;
  try {
    text = JSON.stringify(decision);
  } catch {
    return 'nested too deeply to be shown';
  }
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : decision;
}
