import type { AgentFamily } from '../../src/agents/family.ts';
import { familyOf } from '../../src/agents/registry.ts';
import { type ArtifactKey, parseKey } from '../../src/corpus/key.ts';
import type { Candidate } from '../../src/replay/concordance/candidate-aggregator.ts';

/** The candidate of a key, its prompt its own. */
export function candidateOf(key: string, originalModel = 'claude-haiku-4-5'): Candidate {
  const parsed = parseKey(key) as ArtifactKey;
  return {
    entry: { ...parsed, size: 0, etag: '', family: familyOf(parsed.agentId) as AgentFamily },
    original: { decision: null, context: null },
    originalModel,
    originalUsd: null,
    prompt: { hash: key, bytes: key.length },
    expected: { inputTokens: 1, outputTokens: 1 },
  };
}
