import { expect, test } from 'vitest';
import { FAMILIES, familyIds, familyOf } from '../../src/agents/registry.ts';

test('every family stands once, under its own id', () => {
  expect(familyIds).toEqual(FAMILIES.map(({ id }) => id));
  expect(new Set(familyIds)).toEqual(
    new Set([
      'sector_quant',
      'sector_qual',
      'sector_peer_review',
      'thesis_update',
      'macro_economist',
      'ic_cio',
      'thinktank_thesis',
      'thinktank_theme',
      'executor:entry_triggers',
      'executor:position_sizer',
      'executor:risk_guard',
      'executor:exit_rules',
    ]),
  );
  expect(familyIds).toHaveLength(12);
});

test('teams and tickers belong to the family before them', () => {
  expect(familyOf('ic_cio')?.id).toBe('ic_cio');
  expect(familyOf('sector_quant:technology')?.id).toBe('sector_quant');
  expect(familyOf('thesis_update:technology:BRK-B')?.id).toBe('thesis_update');
  expect(familyOf('thinktank_theme')?.id).toBe('thinktank_theme');
});

test('each component of the executor is a family', () => {
  expect(familyOf('executor:risk_guard')?.id).toBe('executor:risk_guard');
  expect(familyOf('executor:exit_rules:planner')?.id).toBe('executor:exit_rules');
});

test('any other id is unknown', () => {
  const unknown = [
    '',
    ':',
    'executor',
    'executor:',
    'executor:foo',
    'executor:risk_guard2',
    'sector_team:technology',
    'sector_quant2',
    'IC_CIO',
    ' ic_cio',
    'constructor',
    '__proto__',
    'risk_guard',
  ];
  for (const id of unknown) expect(familyOf(id), id).toBeUndefined();
});

test('a family’s subjects are named after it, and only the executor can be simulated', () => {
  for (const family of FAMILIES) {
    const sets = [family.captured, ...(family.original ? [family.original] : [])];
    for (const { id } of sets.flatMap(({ subjects }) => subjects)) {
      expect(id === family.id || id.startsWith(`${family.id}:`), id).toBe(true);
    }
    const deterministic = family.id.startsWith('executor:');
    expect(family.kind).toBe(deterministic ? 'deterministic' : 'llm');
    expect(family.simulated !== undefined).toBe(deterministic);
  }
});

test('a run is a date of the executor, a day of the think tank, and else what its id says', () => {
  const clusterOf = (agentId: string, runId: string) =>
    familyOf(agentId)?.clusterOf?.(runId, '2026-07-08') ?? runId;
  for (const component of ['entry_triggers', 'position_sizer', 'risk_guard', 'exit_rules']) {
    expect(clusterOf(`executor:${component}`, '2025-11-20_AAPL_1a2b3c4d')).toBe('2025-11-20');
  }
  for (const agentId of ['thinktank_thesis', 'thinktank_theme']) {
    expect(clusterOf(agentId, '61d421d6d972-PFE-v2')).toBe('2026-07-08');
  }
  for (const agentId of [
    'ic_cio',
    'macro_economist',
    'sector_quant:technology',
    'thesis_update:energy:XOM',
  ]) {
    expect(clusterOf(agentId, '2026-07-03')).toBe('2026-07-03');
  }
});

test('no subject has two features or two labels of one name', () => {
  for (const { captured } of FAMILIES) {
    for (const { features, labels } of captured.subjects) {
      for (const names of [features.map(({ name }) => name), labels])
        expect(new Set(names).size).toBe(names.length);
    }
  }
});

test('the executor’s simulated runs are told from their run id and the crowd of the day', () => {
  for (const family of FAMILIES.filter(({ id }) => id.startsWith('executor:'))) {
    expect(family.simulated?.('2026-08-03_AAPL_1a2b3c4d', '2026-08-03', 10)).toBe(false);
    expect(family.simulated?.('2025-08-03_AAPL_1a2b3c4d', '2026-05-12', 10)).toBe(true);
    expect(family.simulated?.('2026-05-12_AAPL_1a2b3c4d', '2026-05-12', 12_000)).toBe(true);
  }
});

const OWN_OUTPUT: Readonly<Record<string, readonly string[]>> = {
  ic_cio: ['prior_advance'],
  sector_peer_review: [
    'quant_score_rank',
    'qual_score_rank',
    'conviction_rank',
    'combined_rank',
    'is_addition',
    'n_candidates',
  ],
  sector_qual: ['has_prior', 'prior_final_score', 'prior_conviction'],
  thesis_update: ['prior_final_score', 'prior_quant_score', 'prior_qual_score', 'prior_conviction'],
  thinktank_theme: ['prior_stance'],
  thinktank_thesis: ['prior_rating', 'prior_conviction', 'prior_stance'],
};

test.each(FAMILIES)('the inputs of $id that are its own earlier output are marked', ({ id, captured }) => {
  const features = captured.subjects.flatMap((subject) => subject.features);
  const marked = features.filter(({ role }) => role === 'own_output').map(({ name }) => name);
  expect(new Set(marked)).toEqual(new Set(OWN_OUTPUT[id]));
  for (const { name, role } of features) if (/prior/.test(name)) expect(role, name).toBe('own_output');
});

test('the regime is marked where an agent was told one', () => {
  const told = FAMILIES.filter(({ captured }) =>
    captured.subjects.some(({ features }) => features.some(({ role }) => role === 'regime')),
  );
  expect(told.map(({ id }) => id).toSorted()).toEqual([
    'ic_cio',
    'sector_peer_review',
    'sector_qual',
    'sector_quant',
    'thinktank_theme',
  ]);
});
