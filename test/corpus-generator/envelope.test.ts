import { describe, expect, it } from 'vitest';
import { FIXTURES } from '../../scripts/corpus/generate.ts';
import { artifacts, type Captured, type Fields, of } from './corpus.ts';

const ALL = artifacts(FIXTURES);
const EARLY = artifacts({ ...FIXTURES, endDate: '2026-05-16', days: 21 });
const HOLE = /(?<!\{)\{[a-z][a-z0-9_]*\}(?!\})/;

function prompt(one: Captured): { readonly system_prompt: string; readonly user_prompt: string } {
  return one.envelope.full_prompt_context as { system_prompt: string; user_prompt: string };
}

describe('the envelope', () => {
  it('repeats what the key says', () => {
    for (const one of ALL) {
      expect(one.envelope.agent_id).toBe(one.agentId);
      expect(one.envelope.run_id).toBe(one.runId);
      expect(one.envelope.timestamp).toMatch(
        new RegExp(`^${one.day}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{6})?\\+00:00$`),
      );
    }
  });

  it('is of version 1 before 2026-05-11 and of version 2 from then on', () => {
    for (const one of [...ALL, ...EARLY]) {
      expect(one.envelope.schema_version).toBe(one.day < '2026-05-11' ? 1 : 2);
    }
    expect(new Set(EARLY.map((one) => one.envelope.schema_version))).toEqual(new Set([1, 2]));
  });

  it('has no model and no prompt exactly when a program decided', () => {
    for (const one of ALL) {
      const program = one.agentId.startsWith('executor:');
      expect(one.envelope.model_metadata === null).toBe(program);
      expect(one.envelope.full_prompt_context === null).toBe(program);
      expect('_producer' in one.snapshot).toBe(program);
    }
  });

  it('has later fields only from their day on', () => {
    for (const one of [...ALL, ...EARLY]) {
      expect('code_sha' in one.envelope).toBe(one.day >= '2026-06-08');
      if (one.day < '2026-06-27') expect(one.envelope.code_sha ?? null).toBeNull();
    }
    expect(ALL.some((one) => one.envelope.data_snapshot_id === 'unknown')).toBe(true);
  });

  it('names a research run after a trading day before its partition, and an executor run after its date', () => {
    for (const one of ALL) {
      if (one.family.startsWith('executor:'))
        expect(one.runId).toMatch(/^\d{4}-\d{2}-\d{2}_[A-Z.-]+_[0-9a-f]{8}$/);
      else if (one.family.startsWith('thinktank')) expect(one.runId).toMatch(/^[0-9a-f]{12}-.+-v\d+$/);
      else expect(one.runId < one.day).toBe(true);
    }
    expect(ALL.some((one) => one.runId.includes('_BRK-B_'))).toBe(true);
    expect(ALL.some((one) => one.runId.includes('BF.B'))).toBe(true);
  });
});

describe('prompts', () => {
  it('are placeholders, templates or rendered by era', () => {
    for (const one of ALL) {
      if (one.envelope.full_prompt_context === null || one.family.startsWith('thinktank')) continue;
      const { system_prompt, user_prompt } = prompt(one);
      const single = one.family === 'macro_economist' || one.family === 'ic_cio';
      const tokens = (one.envelope.model_metadata as Fields).input_tokens;
      if (!single && one.day < '2026-06-25') {
        expect(user_prompt).toMatch(/^<rendered from input_data_snapshot at run time; .*track_llm_cost>$/);
        expect(system_prompt).toMatch(/^<see config\/prompts\/.*track_llm_cost>$/);
        expect(tokens).toBe(0);
        continue;
      }
      expect(system_prompt).toMatch(
        /^<system prompt for agent_id='.*not yet plumbed.*prompt template files>$/,
      );
      expect(tokens).toBeGreaterThan(0);
      if (single && one.day >= '2026-07-06') expect(user_prompt).not.toMatch(HOLE);
      else expect(user_prompt).toMatch(/<user prompt for .* not provided>|(?<!\{)\{[a-z]/);
    }
  });

  it('of the think tank are full, end in doubled braces and hold no hole', () => {
    const all = ALL.filter((one) => one.family.startsWith('thinktank'));
    const blank = all.filter((one) => prompt(one).user_prompt.trim() === '');
    expect(blank).toHaveLength(1);
    for (const one of all) {
      expect(prompt(one).system_prompt.length).toBeGreaterThan(50);
      if (blank.includes(one)) continue;
      expect(prompt(one).user_prompt).toMatch(/\}\}$/);
      expect(prompt(one).user_prompt).not.toMatch(HOLE);
    }
  });

  it('were sometimes not provided at all', () => {
    const missing = of(ALL, 'sector_qual').filter((one) =>
      prompt(one).user_prompt.startsWith('<user prompt for '),
    );
    expect(missing.length).toBeGreaterThan(0);
  });
});
