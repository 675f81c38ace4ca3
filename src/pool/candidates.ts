import type { AgentFamily, Original } from '../agents/family.ts';
import { familyOf } from '../agents/registry.ts';
import { readEnvelope } from '../corpus/artifact.ts';
import type { ArtifactKey } from '../corpus/key.ts';
import { type Prompt, readCapturedCall, readPrompt } from '../corpus/prompt.ts';
import { digestPrompt, type PromptDigest } from '../model/prompt.ts';
import { LoadError } from '../shared/errors.ts';
import { at, type JsonObject } from '../shared/json.ts';
import type { Store } from '../store/store.ts';
import { loadArtifact, type Reader, type SliceContent } from './load.ts';

/** A capture that can be replayed. The prompt stays behind: it is read again when it is sent. */
export interface Candidate {
  readonly position: number;
  readonly original: Original;
  readonly originalModel: string;
  readonly prompt: PromptDigest;
  /** What the original call used, tokens; estimated from lengths where the capture did not meter it. */
  readonly expected: { readonly inputTokens: number; readonly outputTokens: number };
}

/** The replayable captures of a slice. Positions are positions in the slice. */
export interface SliceCandidates extends SliceContent {
  readonly candidates: readonly Candidate[];
  readonly skips: readonly { readonly position: number; readonly reason: string }[];
}

/** English and JSON take about so many bytes a token; only expectations rest on it, no limit does. */
const BYTES_PER_TOKEN = 4;

/** Classifies captures: what would be asked and compared, or why it is skipped. */
export function candidateReader(): Reader<SliceCandidates> {
  const candidates: Candidate[] = [];
  const skips: { position: number; reason: string }[] = [];
  return {
    take(json, key, position) {
      const { capturedAt, found } = classify(json, key);
      if ('skip' in found) {
        skips.push({ position, reason: found.skip });
        return capturedAt;
      }
      const { model, inputTokens, outputTokens } = readCapturedCall(json);
      const prompt = digestPrompt(found.prompt);
      candidates.push({
        position,
        original: found.original,
        originalModel: model,
        prompt,
        expected: {
          inputTokens: inputTokens || Math.ceil(prompt.bytes / BYTES_PER_TOKEN),
          outputTokens: outputTokens || Math.ceil(sizeOf(at(json, 'agent_output')) / BYTES_PER_TOKEN),
        },
      });
      return capturedAt;
    },
    finish: (loaded) => ({ ...loaded, candidates, skips }),
  };
}

/** Bytes of a value as JSON; 0 for one that is nested too deeply to be written. */
function sizeOf(value: unknown): number {
  return Buffer.byteLength(unlessTooDeep(() => JSON.stringify(value)) ?? '');
}

function cloneable(value: unknown): unknown {
  return unlessTooDeep(() => structuredClone(value)) ?? null;
}

function unlessTooDeep<T>(walk: () => T): T | undefined {
  try {
    return walk();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A capture's prompt, and the captured output beside it: null where it is nested too deeply to cross threads. */
export interface CapturedPrompt {
  readonly prompt: Prompt;
  readonly output: unknown;
}

/** Reads one capture again, for its prompt. Throws ReplayError when it cannot be had any more. */
export async function loadPrompt(store: Store, artifact: ArtifactKey): Promise<CapturedPrompt> {
  const json = await loadArtifact(store, artifact.key);
  const { found } = classify(json, artifact);
  if ('skip' in found) {
    throw new LoadError(
      `expected ${artifact.key} as it was, found it changed: ${found.skip}; run the same command again`,
    );
  }
  return { prompt: found.prompt, output: cloneable(at(json, 'agent_output')) };
}

function classify(json: JsonObject, key: ArtifactKey) {
  const { artifact, capturedAt, drop } = readEnvelope(json, key);
  if (drop !== undefined) return { capturedAt, found: { skip: drop } };
  const prompt = readPrompt(json);
  if ('skip' in prompt) return { capturedAt, found: prompt };
  const family = familyOf(key.agentId) as AgentFamily;
  const replay = family.replay;
  if (!replay) return { capturedAt, found: { skip: 'deterministic' } };
  const original = replay.original(artifact);
  if ('skip' in original) return { capturedAt, found: original };
  if (replay.agreement(original.decision, original.decision).score !== 1) {
    return { capturedAt, found: { skip: 'failed_self_check' } };
  }
  return { capturedAt, found: { prompt, original } };
}
