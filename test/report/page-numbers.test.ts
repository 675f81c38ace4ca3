import { type ComponentType, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { shareX } from '../../src/report/charts/scale.tsx';
import { Whiskers } from '../../src/report/charts/whiskers.tsx';
import type { TargetData } from '../../src/report/data.ts';
import { ReplayAccount, RowsAccount, RuleAccount } from '../../src/report/page/accounts.tsx';
import { ReplayTable } from '../../src/report/page/replays.tsx';
import { Confusion } from '../../src/report/page/rule-figures.tsx';
import { type NamedRule, rulesOf } from '../../src/report/rules.ts';
import { nodesOf } from '../../src/report/tree-nodes.ts';
import type { Analysis } from '../../src/results/analysis.ts';
import type { ReplayFailure } from '../../src/results/parts.ts';
import type { Summary } from '../../src/results/summary.ts';
import { sampleReport } from './sample.ts';

const sample = sampleReport({ agents: 4, targets: 2, weeks: 2 });

/** The texts of the cells of the rows of the first table, headings first. */
function tableOf<P>(component: ComponentType<P>, props: P): string[][] {
  const html = renderToString(h(component as ComponentType<object>, props as object));
  const table = /<table.*?<\/table>/s.exec(html)?.[0] ?? '';
  return [...table.matchAll(/<tr.*?<\/tr>/gs)].map(([row]) =>
    [...row.matchAll(/<t[hd].*?<\/t[hd]>/gs)].map(([cell]) =>
      cell
        .replaceAll(/<span class="sub">/g, ' ')
        .replaceAll(/<[^>]*>/g, '')
        .trim(),
    ),
  );
}

describe('a tree in words', () => {
  it('sends rows where its splits do', () => {
    const columns = [
      { name: 'score', feature: 0, kind: 'number', impute: 0 },
      { name: 'team=health', feature: 1, kind: 'level', level: 'health', code: 0 },
      { name: 'score__missing', feature: 0, kind: 'missing' },
    ] as const;
    const leaf = (a: number, b: number) => ({ n: a + b, impurity: 0, counts: [a, b] });
    const split = (feature: number, threshold: number, left: number, right: number) => ({
      feature,
      threshold,
      left,
      right,
    });
    const nodes = [
      { ...leaf(6, 9), split: split(1, 0.5, 1, 4) },
      { ...leaf(5, 2), split: split(0, 79.704, 2, 3) },
      leaf(5, 1),
      leaf(0, 1),
      { ...leaf(1, 7), split: split(2, 0.5, 5, 6) },
      leaf(0, 7),
      leaf(1, 0),
    ];
    const root = nodesOf({ match_rate: 0.9, nodes }, { features: ['score', 'team'], columns, omitted: [] });
    const [other, health] = root.children;
    expect([root.rows, root.majority, root.purity]).toEqual([15, 1, 0.6]);
    expect([other?.condition, other?.rows, other?.majority]).toEqual(['team is not health', 7, 0]);
    expect([health?.condition, health?.rows, health?.purity]).toEqual(['team is health', 8, 0.875]);
    expect(other?.children.map(({ condition, rows }) => [condition, rows])).toEqual([
      ['score ≤ 79.70', 6],
      ['score > 79.70', 1],
    ]);
    expect(health?.children.map(({ condition, rows }) => [condition, rows])).toEqual([
      ['score is known', 7],
      ['score is missing', 1],
    ]);
  });
});

describe('a confusion', () => {
  const [{ analysis }] = sample.agents as unknown as [{ analysis: Analysis }];

  function confusionOf(classes: readonly [string, number][], confusion: number[][]): string[][] {
    const tree = analysis.evaluation.rules.tree;
    const out_of_sample = tree.out_of_sample && { ...tree.out_of_sample, confusion };
    const rules = { ...analysis.evaluation.rules, tree: { ...tree, out_of_sample } };
    const own: Analysis = {
      ...analysis,
      classes: classes.map(([label, n]) => ({ label, n })),
      evaluation: { ...analysis.evaluation, rules },
    };
    return tableOf(Confusion, { analysis: own, named: rulesOf(own)[0] as NamedRule });
  }

  it('has what was decided down, what the tree says across, the commonest first', () => {
    const rows: [string, number][] = [
      ['sell', 6],
      ['hold', 9],
    ];
    expect(
      confusionOf(rows, [
        [5, 1],
        [2, 7],
      ]),
    ).toEqual([
      ['Decided', 'hold', 'sell', 'Right'],
      ['hold', '7', '2', '78%'],
      ['sell', '1', '5', '83%'],
    ]);
  });

  it('puts the rarest classes together', () => {
    const many = Array.from({ length: 10 }, (_, index): [string, number] => [`c${index}`, 20 - index]);
    const matrix = many.map(([, n], from) => many.map((_, to) => (from === to ? n - 1 : to === 9 ? 1 : 0)));
    const rows = confusionOf(many, matrix);
    expect(rows[0]?.slice(-2)).toEqual(['2 others', 'Right']);
    expect(rows[1]).toEqual(['c0', '19', '0', '0', '0', '0', '0', '0', '0', '1', '95%']);
    // c8: 11 right and one as c9; c9: 10 right. All of it is among the others.
    expect(rows.at(-1)).toEqual(['2 others', '0', '0', '0', '0', '0', '0', '0', '0', '22', '–']);
  });
});

describe('accounts', () => {
  const counts = {
    listed: 100,
    loaded: 97,
    deduplicated: 4,
    newest_capture_date: null,
    captured_cost: null,
    dropped: { a: 3, b: 2 },
    rows: 400,
    skipped_rows: {},
  };

  it('lead from what was listed to rows', () => {
    expect(tableOf(RowsAccount, { family: 'f', counts }).map(([, number]) => number)).toEqual([
      'Number',
      '100',
      '−3',
      '−4',
      '−3',
      '−2',
      '88',
    ]);
    expect(tableOf(RuleAccount, { counts: { f: counts } })[1]).toEqual([
      'f',
      '100',
      '3',
      '4',
      '5',
      '88',
      '400',
      'a 3, b 2',
    ]);
  });

  it('lead from candidates to scores', () => {
    const [summary] = sample.summaries as [Summary];
    const failure = (kind: ReplayFailure['kind']) => ({
      artifact_key: 'k',
      agent_id_base: 'f',
      kind,
      reason: 'r',
      error: 'e',
    });
    const own: Summary = {
      ...summary,
      target_model: 'm',
      n_artifacts_candidate: 50,
      n_artifacts_replayed: 10,
      n_artifacts_skipped_for_budget: 7,
      n_artifacts_over_cap: 5,
      replay_skips: { tool_loop: 20, placeholder: 11 },
      replay_failures: [failure('model'), failure('model'), failure('call'), failure('load')],
    };
    const row = tableOf(ReplayAccount, { summaries: [own] })[1] as string[];
    expect(row).toEqual(['m', '50', '8', '31', '4', '7', '5']);
    const [, candidates, scored, left, failed, unreached] = row.map(Number);
    expect(candidates).toBe((scored ?? 0) + (left ?? 0) + (failed ?? 0) + (unreached ?? 0));
  });

  it('of a target are those of its file', () => {
    const target = sample.agents[0]?.targets[0] as TargetData;
    const found = {
      ...(target.found as NonNullable<TargetData['found']>),
      mean: 0.9375,
      interval: { low: 0.91, high: 0.964, level: 0.95 },
      n: 48,
      runs: 12,
      relative_to_ceiling: { ratio: 0.98, low: 0.95, high: 1.01, level: 0.95 },
      invalid_answers: { refusal: 2 },
      latency_ms_p50: 1234,
      cost_per_decision: {
        original: { usd: 0.023, n: 48 },
        target: { usd: 0.0016, n: 48 },
        decisions_per_month: 25.7,
        saving_per_month_usd: 0.55,
      },
    };
    const row = tableOf(ReplayTable, { id: 'a', targets: [{ ...target, found }] })[1] as string[];
    expect(row.slice(2).map((cell) => cell.replaceAll(/\s+/g, ' '))).toEqual([
      '93.8% 91% to 96%',
      '48 (12)',
      '0.98 0.95 to 1.01',
      'refusal 2',
      '1.2 s',
      '$0.023 → $0.0016 26 a month',
      '$0.55',
    ]);
  });
});

describe('whiskers', () => {
  it('lie where their shares are', () => {
    const at = (share: number) => Number.parseFloat(shareX(share));
    expect(at(0)).toBeLessThan(1);
    expect(at(1)).toBeGreaterThan(99);
    expect(at(0.5)).toBeCloseTo((at(0) + at(1)) / 2, 5);
    const interval = { low: 0.25, high: 0.75 };
    const rows = [{ label: 'tree', value: 0.5, interval, tick: 0.9, text: '50%' }];
    const marks = [{ share: 0.85, label: 'asked', kind: 'threshold' as const }];
    const html = renderToString(h(Whiskers, { finding: 'f', rows, marks }));
    expect(html).toContain(`class="dot" cx="${shareX(0.5)}"`);
    expect(html).toContain(`class="tick" x1="${shareX(0.9)}"`);
    expect(html).toContain(`class="threshold" x1="${shareX(0.85)}"`);
    const [, x = '', width = ''] = /class="interval" x="([\d.]+)%" width="([\d.]+)%"/.exec(html) ?? [];
    expect(Number(x)).toBeCloseTo(at(0.25), 1);
    expect(Number(x) + Number(width)).toBeCloseTo(at(0.75), 1);
  });
});
