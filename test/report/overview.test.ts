import { expect, it } from 'vitest';
import { renderReport } from '../../src/report/render.tsx';
import { ACTIONS } from '../../src/results/advice.ts';
import { sampleReport } from './sample.ts';

it('lists agents by what to do about them, each with a link to its own part', () => {
  const sample = sampleReport({ agents: 8, weeks: 1 });
  const page = renderReport(sample);
  const table = page.slice(page.indexOf('<table class="overview"'), page.indexOf('</table>'));
  const rows = table.split('<tr').slice(2);
  const labels = Object.values(ACTIONS);
  const places = rows.map((row) => labels.findIndex((label) => row.includes(`${label}</span>`)));
  expect(places).toHaveLength(8);
  expect(places).not.toContain(-1);
  expect(new Set(places).size).toBeGreaterThan(2);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  for (const row of rows) {
    const anchor = /href="#([^"]+)"/.exec(row)?.[1];
    const article = page.slice(page.indexOf(`id="${anchor}"`));
    const text = (html: string) => html.replace(/<[^>]*>/g, '');
    const name = /<a [^>]*>(.*?)<\/a>/.exec(row)?.[1] ?? '';
    expect(text(article.slice(0, 600))).toContain(text(name));
  }
});
