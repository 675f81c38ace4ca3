import { describe, expect, it } from 'vitest';
import { readCapturedCall, readPrompt } from '../../src/corpus/prompt.ts';

const METADATA = { model_name: 'claude-sonnet-4-6', input_tokens: 900, output_tokens: 120 };

function captured(user: unknown, system: unknown = 'You are an analyst.') {
  return {
    model_metadata: METADATA,
    full_prompt_context: { system_prompt: system, user_prompt: user, tool_definitions: [] },
  };
}

describe('readPrompt', () => {
  it('takes a rendered prompt verbatim', () => {
    const user = '  Rate NVDA.\n\nContext: {"a": {"b": 1}}  ';
    expect(readPrompt(captured(user))).toEqual({ system: 'You are an analyst.', user });
  });

  it.each([
    ['ends in doubled braces', 'Answer as {"stance": {"kind": "x"}}'],
    ['holds a literal brace of a template', 'Use {{ticker}} as it is'],
    ['holds JSON', '{"ticker": "NVDA"}'],
    ['holds an upper-case name', 'the set {NVDA} and {A1}'],
    ['holds an empty pair', 'f() {} g() { }'],
    ['holds half a doubled brace before a name', 'write {{name} there'],
    ['holds half a doubled brace behind a name', 'write {name}} there'],
    ['opens and closes with brackets over several lines', '<doc>\ntext\n</doc>'],
  ])('takes one that %s', (_, user) => {
    expect(readPrompt(captured(user))).toMatchObject({ user });
  });

  it.each([
    ['no prompt', undefined, 'missing_prompt'],
    ['a prompt that is no text', 7, 'missing_prompt'],
    ['a blank prompt', ' \n\t', 'missing_prompt'],
    [
      'the fallback placeholder',
      '<rendered from input_data_snapshot at run time; call site not yet wired through track_llm_cost>',
      'placeholder',
    ],
    ['the tracker’s placeholder', "<user prompt for agent_id='x' not provided>", 'placeholder'],
    ['a placeholder with blanks around', '  <user prompt for x not provided>\n', 'placeholder'],
    ['a marker among other text', 'prompt not yet plumbed\nsee the files', 'placeholder'],
    ['a template', 'Regime: {market_regime}\nCandidates: {candidates_text}', 'unrendered_template'],
    ['a template with literal braces', 'Answer {{"a": 1}} for {ticker}', 'unrendered_template'],
  ])('skips %s', (_, user, skip) => {
    expect(readPrompt(captured(user))).toEqual({ skip });
  });

  it.each([
    "<system prompt for agent_id='ic_cio' not yet plumbed; see the prompt template files>",
    '<see config/prompts/ic_cio*.txt at run time; call site not yet wired through track_llm_cost>',
    '',
    null,
    undefined,
  ])('sends no system prompt for %s', (system) => {
    expect(readPrompt(captured('Rate it.', system ?? ''))).toEqual({ user: 'Rate it.' });
  });

  it('skips what no model was asked', () => {
    expect(readPrompt({ model_metadata: null, full_prompt_context: null })).toEqual({
      skip: 'deterministic',
    });
    expect(readPrompt({})).toEqual({ skip: 'deterministic' });
  });
});

describe('readCapturedCall', () => {
  const NOTHING = {
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reportedUsd: 0,
    reckonedUsd: 0,
  };

  it('reads the model, its tokens and its cost', () => {
    expect(readCapturedCall(captured('x'))).toEqual({
      ...NOTHING,
      model: 'claude-sonnet-4-6',
      inputTokens: 900,
      outputTokens: 120,
    });
    const more = {
      ...METADATA,
      cache_read_tokens: 30,
      cache_create_tokens: 4,
      cost_usd: 0.5,
      provider_reported_cost_usd: 0.25,
    };
    expect(readCapturedCall({ model_metadata: more })).toMatchObject({
      cacheReadTokens: 30,
      cacheWriteTokens: 4,
      reckonedUsd: 0.5,
      reportedUsd: 0.25,
    });
  });

  it('takes no amount that no call can have', () => {
    const model_metadata = {
      model_name: ' ',
      input_tokens: 2 ** 60,
      output_tokens: 1e300,
      cost_usd: 1_000.01,
      provider_reported_cost_usd: 2 ** 60,
    };
    expect(readCapturedCall({ model_metadata })).toEqual({ ...NOTHING, model: 'unknown' });
  });

  it('knows nothing of a call that was not metered', () => {
    const json = {
      model_metadata: {
        model_name: ' ',
        input_tokens: -1,
        output_tokens: '7',
        provider_reported_cost_usd: null,
      },
    };
    expect(readCapturedCall(json)).toEqual({ ...NOTHING, model: 'unknown' });
  });
});
