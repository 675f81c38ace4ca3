import type { AgentFamily } from '../../src/agents/family.ts';
import { familyOf } from '../../src/agents/registry.ts';
import { type ArtifactKey, parseKey } from '../../src/corpus/key.ts';
import type { CachedCall } from '../../src/model/cache.ts';
import { BUILT_IN_PRICES } from '../../src/model/price-book.ts';
import type { Candidate } from '../../src/replay/concordance/candidate-aggregator.ts';
import type { TargetRun } from '../../src/replay/concordance/target-run.ts';
import { Target } from '../../src/replay/concordance/targets.ts';
import { call } from '../model/cached-calls.ts';

/** The candidate of a key, its prompt its own. */
export function candidateOf(key: string, originalModel = 'claude-haiku-4-5'): Candidate {
  const parsed = parseKey(key) as ArtifactKey;
  return {
    entry: { ...parsed, size: 0, etag: '', family: familyOf(parsed.agentId) as AgentFamily },
    capturedAt: Number.NaN,
    original: { decision: null, context: null },
    originalModel,
    originalUsd: null,
    prompt: { hash: key, bytes: key.length },
    expected: { inputTokens: 1, outputTokens: 1 },
  };
}

/** The decision that the theses were captured with. */
export const THESIS = { stance: 'avoid', rating: 40, conviction: 50 };
/** Differs from it in stance only, which is half of the agreement. */
export const OTHER_THESIS = { ...THESIS, stance: 'attractive' };

/** Captured theses, each of a day and a run of its own. */
export function theses(count: number): Candidate[] {
  return Array.from({ length: count }, (_, index) => {
    const day = String(10 + index);
    const one = candidateOf(`2026/06/${day}/thinktank_thesis/thesis-${day}.json`, 'claude-sonnet-4-6');
    return { ...one, original: { decision: THESIS, context: null } };
  });
}

const HAIKU = await Target.of(
  'claude-haiku-4-5',
  { structured: 'json', maxTokens: 1000 },
  BUILT_IN_PRICES,
  new Date('2026-07-11'),
);

export const haiku = () => HAIKU;

const PROSE = {
  ...Object.fromEntries(
    'business_summary moat filings_review news_sentiment valuation market_dynamics summary rating_rationale'
      .split(' ')
      .map((name) => [name, 'text']),
  ),
  risks: ['one'],
  catalysts: ['one'],
};

/** A whole answer with a decision. */
export function answerWith(decision: object): object {
  return { ...PROSE, ...decision };
}

/** The completed call behind a candidate: the answer of the model as it is, or with a decision. */
export function answerTo(run: TargetRun, candidate: Candidate, answer: string | object): CachedCall {
  const [hash] = [...run.byHash].find(([, sharing]) => sharing.includes(candidate)) ?? [];
  const one = call(hash as string);
  const text = typeof answer === 'string' ? answer : JSON.stringify(answerWith(answer));
  const content = [{ type: 'text', text, citations: null }] as const;
  const message = { ...one.message, content: [...content], stop_reason: 'end_turn' as const };
  return { ...one, message: message as CachedCall['message'] };
}
