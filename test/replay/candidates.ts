import type { AgentFamily } from '../../src/agents/family.ts';
import { familyOf } from '../../src/agents/registry.ts';
import type { Candidate } from '../../src/replay/concordance/candidate-aggregator.ts';

/** The candidate of a key, its prompt its own. */
export function candidateOf(key: string, originalModel = 'claude-haiku-4-5'): Candidate {
  const [year, month, day, agentId] = key.split('/') as [string, string, string, string];
  return {
    entry: {
      key,
      size: 0,
      etag: '',
      day: `${year}-${month}-${day}`,
      family: familyOf(agentId) as AgentFamily,
    },
    original: { decision: null, context: null },
    originalModel,
    originalUsd: null,
    prompt: { hash: key, bytes: key.length },
    expected: { inputTokens: 1, outputTokens: 1 },
  };
}
