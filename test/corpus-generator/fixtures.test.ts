import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FIXTURES, generateCorpus } from '../../scripts/corpus/generate.ts';
import { plantedRules } from '../../scripts/corpus/rules.ts';
import { writeCorpus } from '../../scripts/corpus/write.ts';
import { artifacts, type Captured, countBy, decided, type Fields, of } from './corpus.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures');
const README = readFileSync(join(FOLDER, 'README.md'), 'utf8');
const ALL = artifacts(FIXTURES);
const temporary = mkdtempSync(join(tmpdir(), 'fixtures-'));
afterAll(() => rmSync(temporary, { recursive: true }));

function tree(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]));
}

/** Names of the agents among `all` for which `test` holds. */
function agents(test: (one: Captured) => boolean): string[] {
  return ALL.filter(test)
    .map((one) => one.agentId)
    .sort();
}

describe('the committed fixtures', () => {
  it('are what the generator makes', () => {
    writeCorpus(generateCorpus(FIXTURES), temporary);
    const [made, committed] = [tree(temporary), tree(join(FOLDER, 'decision_artifacts'))];
    expect([...committed.keys()]).toEqual([...made.keys()]);
    expect([...committed].filter(([path, body]) => made.get(path) !== body)).toEqual([]);
  });

  it('are small and lie in the window that ends on 2026-07-11', () => {
    expect(ALL.length).toBeGreaterThan(400);
    expect(ALL.length).toBeLessThan(700);
    const bytes = [...generateCorpus(FIXTURES)].reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
    expect(bytes).toBeLessThan(4e6);
    expect(ALL.every(({ day }) => day >= '2026-05-17' && day <= '2026-07-11')).toBe(true);
  });

  it('are described by their README: rules and counts', () => {
    for (const [name, rule] of Object.entries(plantedRules))
      expect(README).toContain(`| \`${name}\` | ${rule} |`);
    const counts = countBy(ALL, (one) => one.family);
    for (const [family, count] of Object.entries(counts))
      expect(README).toContain(`| \`${family}\` | ${count} |`);
    expect(README).toContain(`${ALL.length} artifacts`);
  });

  it('hold enough of every family to fit a rule to', () => {
    const counts = countBy(decided(ALL), (one) => one.family);
    expect(counts.macro_economist).toBeGreaterThanOrEqual(10);
    // One artifact of the committee has a row for each of up to eighteen candidates.
    expect(counts.ic_cio).toBeGreaterThanOrEqual(8);
    expect(counts.thinktank_theme).toBeGreaterThanOrEqual(20);
    for (const [family, count] of Object.entries(counts)) {
      const few = [
        'macro_economist',
        'ic_cio',
        'thinktank_theme',
        'sector_team:technology',
        'executor:mystery',
      ];
      if (!few.includes(family)) expect(count, family).toBeGreaterThanOrEqual(30);
    }
  });

  it('show all three regimes and an early caution', () => {
    const regimes = countBy(of(decided(ALL), 'macro_economist'), (one) => String(one.output.market_regime));
    expect(Object.keys(regimes).sort()).toEqual(['bear', 'bull', 'caution', 'neutral']);
    const caution = ALL.filter((one) => one.output.market_regime === 'caution');
    expect(caution.every((one) => one.day < '2026-05-28')).toBe(true);
  });
});

describe('planted in the fixtures', () => {
  it('are runs in two day partitions, the newer of which decided otherwise', () => {
    const runs = Object.groupBy(ALL, (one) => `${one.agentId} ${one.runId}`);
    const twice = Object.values(runs).flatMap((copies) => (copies && copies.length > 1 ? [copies] : []));
    expect(twice.length).toBe(4);
    for (const copies of twice) {
      const [older, newer] = copies.sort((a, b) => a.day.localeCompare(b.day));
      expect(older?.snapshot).toEqual(newer?.snapshot);
      expect(older?.output).not.toEqual(newer?.output);
      expect(String(older?.envelope.timestamp) < String(newer?.envelope.timestamp)).toBe(true);
    }
  });

  it('are truncated snapshots with both forms of the marker', () => {
    const cut = ALL.filter((one) => one.envelope.input_data_truncated_at !== null);
    const whole = cut.filter((one) => one.snapshot.reason === 'exceeded_cap_after_full_field_drop');
    const field = cut.filter((one) =>
      Object.values(one.snapshot).some((value) => (value as Fields | null)?._truncated),
    );
    expect([whole.length, field.length]).toEqual([1, 2]);
  });

  it('are stubs, empty outputs, an error without a decision and a fallback run', () => {
    expect(agents((one) => JSON.stringify(one.output).includes('[DRY-RUN'))).toEqual([
      'macro_economist',
      'sector_peer_review:healthcare',
    ]);
    expect(agents((one) => Object.keys(one.output).length === 0)).toEqual([
      'sector_qual:consumer',
      'sector_quant:consumer',
    ]);
    expect(agents((one) => typeof one.output.error === 'string')).toEqual(['sector_quant:industrials']);
    expect(agents((one) => JSON.stringify(one.output).includes('Fallback (LLM unusable)'))).toEqual([
      'ic_cio',
    ]);
  });

  it('are committees over their cap and below their floor, before and after the floor became strict', () => {
    const regular = of(decided(ALL), 'ic_cio').map((one) => ({
      day: one.day,
      advanced: (one.output.advanced_tickers as string[]).length,
      texts: countBy(one.output.ic_decisions as { decision: string }[], ({ decision }) => decision),
    }));
    expect(regular.some(({ texts, advanced }) => (texts.ADVANCE ?? 0) > 10 && advanced === 10)).toBe(true);
    const forced = regular.filter(({ texts }) => texts.ADVANCE_FORCED).map(({ day }) => day);
    expect(forced.some((day) => day < '2026-06-07')).toBe(true);
    expect(forced.some((day) => day >= '2026-06-07')).toBe(true);
  });

  it('are peer reviews that no model chose', () => {
    const rationales = of(ALL, 'sector_peer_review').map((one) => String(one.output.peer_review_rationale));
    for (const opening of [
      'All candidates advanced',
      'Regime gate filtered',
      'Fallback: selected by combined',
    ]) {
      expect(rationales.some((text) => text.startsWith(opening))).toBe(true);
    }
  });

  it('are unknown agents, simulated captures and objects that are no artifacts', () => {
    expect(agents((one) => /^sector_team|mystery/.test(one.agentId))).toEqual([
      'executor:mystery',
      'sector_team:technology',
    ]);
    const simulated = ALL.filter(
      (one) => one.family.startsWith('executor:') && one.runId.slice(0, 10) < '2026-05-01',
    );
    expect(new Set(simulated.map((one) => one.family)).size).toBe(4);
    const strays = [...generateCorpus(FIXTURES)].length - ALL.length;
    expect(strays).toBe(6);
  });

  it('are candidates without a quant score, from the day this became possible', () => {
    const without = of(decided(ALL), 'ic_cio').filter((one) =>
      (one.snapshot.candidates as { quant_score: number | null }[]).some((made) => made.quant_score === null),
    );
    expect(without.length).toBeGreaterThan(0);
    expect(without.every((one) => one.day >= '2026-07-03')).toBe(true);
  });
});
