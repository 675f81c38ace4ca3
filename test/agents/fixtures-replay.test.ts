import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ANSWER_BEHIND } from '../../scripts/corpus/answers.ts';
import { FAMILIES, familyOf } from '../../src/agents/registry.ts';
import { readEnvelope } from '../../src/corpus/artifact.ts';
import { parseKey } from '../../src/corpus/key.ts';
import { compared, skipOf } from './replays.ts';

const ROOT = fileURLToPath(new URL('../../fixtures/decision_artifacts', import.meta.url));

/** How many are compared, and how many are not and why. */
const EXPECTED: Readonly<Record<string, unknown>> = {
  sector_quant: { usable: 49, error_without_picks: 1 },
  sector_qual: { usable: 48 },
  sector_peer_review: { usable: 34, no_selection_call: 12, regime_gate: 1, fallback: 1 },
  thesis_update: { usable: 61, no_llm_conviction: 6 },
  macro_economist: { usable: 15 },
  ic_cio: { usable: 9, fallback: 1 },
  thinktank_thesis: { usable: 49 },
  thinktank_theme: { usable: 39 },
};

const captures = globSync('20*/**/*.json', { cwd: ROOT }).flatMap((path) => {
  const key = parseKey(path);
  if (!key) return [];
  const { artifact, drop } = readEnvelope(JSON.parse(readFileSync(`${ROOT}/${path}`, 'utf8')), key);
  return drop === undefined ? [artifact] : [];
});

test.each(FAMILIES.filter(({ replay }) => replay))(
  'the answer behind each capture of $id is the captured decision',
  (family) => {
    const counts: Record<string, number> = {};
    for (const artifact of captures.filter(({ agentId }) => familyOf(agentId) === family)) {
      const reason = skipOf(family, artifact) ?? 'usable';
      counts[reason] = (counts[reason] ?? 0) + 1;
      if (reason !== 'usable') continue;
      const { score, diagnostics } = compared(family, artifact, ANSWER_BEHIND[family.id]?.(artifact.output));
      expect(score, `${artifact.agentId} ${artifact.artifactRunId}`).toBe(1);
      for (const [name, value] of Object.entries(diagnostics)) {
        if (name !== 'stance_unrecognised') expect(value, name).toBe(/_diff|_mae/.test(name) ? 0 : 1);
      }
    }
    expect(counts).toEqual(EXPECTED[family.id]);
  },
);
