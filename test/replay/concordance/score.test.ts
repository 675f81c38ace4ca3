import { expect, it } from 'vitest';
import type { AgentFamily } from '../../../src/agents/family.ts';
import { familyOf } from '../../../src/agents/registry.ts';
import { scoreAnswer } from '../../../src/replay/concordance/score.ts';
import { TargetRun } from '../../../src/replay/concordance/target-run.ts';
import { answerTo, answerWith, haiku, OTHER_THESIS, THESIS, theses } from '../candidates.ts';

const family = familyOf('thinktank_thesis') as AgentFamily;
const [candidate] = theses(1) as [ReturnType<typeof theses>[number]];
const { message } = answerTo(new TargetRun(haiku(), [candidate]), candidate, OTHER_THESIS);
const score = (change: object) => scoreAnswer(family, candidate.original, { ...message, ...change } as never);
const text = (answer: string) => ({ content: [{ type: 'text', text: answer }] });

it('compares the decision of a valid answer with the captured one', () => {
  expect(score({})).toEqual({
    agreement: { score: 0.5, diagnostics: { stance_equal: 0, rating_abs_diff: 0, conviction_abs_diff: 0 } },
    decision: OTHER_THESIS,
    answer: answerWith(OTHER_THESIS),
  });
  expect(score(text(JSON.stringify(answerWith(THESIS))))).toMatchObject({ agreement: { score: 1 } });
});

it.each([
  ['refusal', { stop_reason: 'refusal', content: [] }],
  ['max_tokens', { stop_reason: 'max_tokens', ...text('{"stance": "av') }],
  ['context_window', { stop_reason: 'model_context_window_exceeded', ...text('') }],
  ['empty_answer', { content: [] }],
  ['schema_violation', text('I would buy it.')],
  ['schema_violation', text('{"stance": "avoid"}')],
])('gives no score to an answer that is a %s', (reason, change) => {
  expect(score(change)).toMatchObject({ reason, error: expect.any(String) });
  expect(score(change)).not.toHaveProperty('agreement');
});

it('keeps an error short, whatever an answer holds', () => {
  const found = score(text(JSON.stringify(answerWith({ ...THESIS, ['k'.repeat(5_000)]: 1 }))));
  expect('error' in found && found.error.length).toBeLessThanOrEqual(500);
});
