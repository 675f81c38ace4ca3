import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ReportData } from '../../src/report/data.ts';
import { renderReport } from '../../src/report/render.tsx';
import { STYLE } from '../../src/report/style.ts';
import { usd } from '../../src/shared/numbers.ts';
import { nothingMeasured, nullsEverywhere } from './bare.ts';
import { PAYLOADS } from './hostile.ts';
import { sampleReport } from './sample.ts';

const normal = renderReport(sampleReport());
const hostile = renderReport(sampleReport({ hostile: true }));

/** What a reader sees: the document without tags, attributes and style. */
function textOf(html: string): string {
  return html.replace(/<style>.*?<\/style>/s, '').replaceAll(/<[^>]*>/g, ' ');
}

function tagsOf(html: string): readonly string[] {
  return html.replace(/<style>.*?<\/style>/s, '').match(/<[^>]*>/g) ?? [];
}

describe('a report', () => {
  it('is one document with landmarks and one main heading', () => {
    expect(normal.startsWith('<!doctype html><html lang="en">')).toBe(true);
    for (const landmark of ['header', 'nav', 'main', 'footer', 'h1']) {
      expect(normal.match(new RegExp(`<${landmark}[ >]`, 'g')), landmark).toHaveLength(1);
    }
  });

  it('leaves no level of heading out', () => {
    const levels = [...normal.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level));
    for (const [index, level] of levels.entries()) {
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    }
  });

  it('has a section for each agent, that the overview and the contents link to', () => {
    const data = sampleReport();
    const articles = [...normal.matchAll(/<article id="([^"]+)"/g)].map(([, id]) => id);
    expect(articles).toHaveLength(data.agents.length);
    const page = renderReport({ ...data, before: null });
    for (const id of articles) expect(page.split(`href="#${id}"`)).toHaveLength(3);
  });

  it('uses each id once, be the names of agents as like as they may', () => {
    const data = sampleReport({ agents: 2 });
    const alike = data.agents.map((agent, index) => ({ ...agent, id: index === 0 ? 'a:b' : 'a/b' }));
    const ids = [...renderReport({ ...data, agents: alike }).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('allows its own style and nothing else', () => {
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(normal) ?? [];
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(normal) ?? [];
    expect(style).toBe(STYLE);
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
  });

  it('says what to do about each agent, and what it would save', () => {
    const text = textOf(normal);
    for (const { advice } of sampleReport().agents) expect(text).toContain(advice.reason);
    const savings = sampleReport().agents.flatMap(({ advice }) => advice.saving_per_month_usd ?? []);
    expect(savings.length).toBeGreaterThan(1);
    for (const saving of savings) expect(text).toContain(usd(saving));
  });

  it('says what was not measured, and why', () => {
    const text = textOf(normal);
    expect(text).toContain('7 rows, fewer than the 10 that a rule needs');
    expect(text).toContain('2 captures were scored, fewer than 3');
    expect(text).toContain('executor:mystery, sector_team:technology');
    expect(text).toContain('37 captures');
    expect(text).toContain('schema_version: expected 2');
  });

  it.each([
    ['passed', 'Controls passed.'],
    ['failed', 'Do not act on these numbers'],
    ['untested', 'Controls untested.'],
  ] as const)('says that the controls %s', (controls, words) => {
    expect(textOf(renderReport(sampleReport({ agents: 1, controls })))).toContain(words);
  });

  it('reads a split on a level, a gap and a number in words', () => {
    const text = textOf(normal);
    expect(text).toMatch(/team is not (technology|healthcare|consumer)/);
    expect(text).toMatch(/quant_score is missing/);
    expect(text).toMatch(/quant_score ≤ \d+\.\d\d/);
  });

  it('has no number that is none, and no value that is not text', () => {
    for (const html of [normal, renderReport(nullsEverywhere(sampleReport({ agents: 8 })))]) {
      // Decisions are shown as the JSON that they are.
      const text = textOf(html).replaceAll('&quot;: null', '');
      expect(text).not.toMatch(/\b(NaN|null|undefined|Infinity|\[object)\b/);
      expect(tagsOf(html).filter((tag) => /NaN|undefined|null|Infinity/.test(tag))).toEqual([]);
    }
  });

  it('shows of a logistic regression that is advised its weights and what it gets wrong', () => {
    const [, first = '', second = ''] = normal.split('<article').map(textOf);
    expect(first).toContain('A logistic regression can take over');
    for (const part of ['regression weighs', 'regression says', 'The logistic regression gets']) {
      expect(first).toContain(part);
      expect(second).not.toContain(part);
    }
  });

  it('links its terms to what they mean, within the page', () => {
    const glossary = normal.slice(normal.indexOf('id="glossary"'));
    const linked = new Set([...normal.matchAll(/href="#(term-[^"]*)"/g)].map(([, id]) => id ?? ''));
    const meant = [...glossary.matchAll(/id="(term-[^"]*)"/g)].map(([, id]) => id);
    expect([...linked].sort()).toEqual(meant.sort());
    for (const term of ['kappa', 'lift', 'exact', 'walk-forward', 'prospective']) {
      expect(linked).toContain(`term-${term}`);
    }
  });

  it('is the same for the same data', () => {
    expect(renderReport(sampleReport())).toBe(normal);
  });

  it('says which command fills in a job that left no result', () => {
    const data = sampleReport({ agents: 2 });
    const text = textOf(renderReport(nothingMeasured(data)));
    for (const job of ['counterfactual', 'concordance']) {
      expect(text).toContain(
        `node dist/main.js ${job} --run-key 2607110900 --end-time-iso 2026-07-11T09:00:00Z`,
      );
    }
  });

  it('stands for a run without agents', () => {
    const empty: ReportData = {
      ...nothingMeasured(sampleReport({ agents: 0 })),
      controls: [],
      unreadable: [],
    };
    expect(textOf(renderReport(empty))).toContain('What was not measured');
  });

  it('says that there is no earlier run to compare with', () => {
    expect(textOf(renderReport(sampleReport({ agents: 1, weeks: 1 })))).toContain('There is no earlier run');
  });

  it('draws a tree once that is both the greedy and the exact one', () => {
    const [agents = ''] = renderReport(sampleReport({ agents: 1 })).split('id="controls"');
    const text = textOf(agents);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('The exact tree is the same');
    expect(text).not.toContain('The greedy tree decides by');
  });
});

describe('the size of a report', () => {
  it('of 12 agents, 3 models and 52 weeks is below 2.5 MB, and takes below 3 s', () => {
    const data = sampleReport({ agents: 12, targets: 3, weeks: 52 });
    const from = performance.now();
    const html = renderReport(data);
    expect(performance.now() - from).toBeLessThan(3000);
    expect(Buffer.byteLength(html)).toBeLessThan(2_500_000);
  });

  it('stays below 5 MB with names of 100 kB and thousands of classes and columns', () => {
    expect(Buffer.byteLength(hostile)).toBeLessThan(5_000_000);
  });
});

describe('hostile text', () => {
  it('never becomes an element, an attribute or a style', () => {
    const known = new Set(tagsOf(normal).map(nameOf));
    expect([...new Set(tagsOf(hostile).map(nameOf))].filter((name) => !known.has(name))).toEqual([]);
    for (const html of [normal, hostile]) {
      expect(html.match(/<style>/g)).toHaveLength(1);
      expect(html).not.toMatch(/<(script|img|iframe|object|embed|base|form)\b/i);
      for (const tag of tagsOf(html)) expect(tag.replaceAll(/"[^"]*"/g, '')).not.toMatch(/\s(style|on\w+)=/i);
    }
  });

  it('stands on the page as the text that it is', () => {
    for (const payload of PAYLOADS.filter((one) => one.startsWith('<') || one.startsWith('"'))) {
      expect(hostile).not.toContain(payload);
    }
    expect(textOf(hostile)).toContain('&lt;/script>&lt;script>window.hacked=1&lt;/script>');
    expect(textOf(hostile)).toContain('__proto__');
  });

  it('is no link, and turns no text around', () => {
    const hrefs = [...hostile.matchAll(/href="([^"]*)"/g)].map(([, href]) => href ?? '');
    expect(hrefs.filter((href) => !/^(#|data:,$|https:\/\/console\.aws\.amazon\.com\/)/.test(href))).toEqual(
      [],
    );
    expect(hostile).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200f\0]/);
    expect(textOf(hostile)).toContain('[U+202E]');
  });

  it('is cut, and says by how much', () => {
    expect(textOf(hostile)).toMatch(/A{20,}… \(\d+ characters more\)/);
    expect(hostile).not.toMatch(/A{3001}/);
  });
});

function nameOf(tag: string): string {
  return /^<\/?([^\s/>]+)/.exec(tag)?.[1] ?? tag;
}
