import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../src/report/render.tsx';
import { sampleReport } from '../report/sample.ts';
import { seriousViolations } from './axe.ts';
import { fileOf, launch, open } from './browser.ts';
import { HOSTILE, HOSTILE_NAME, reportOverHostileFixtures } from './hostile-fixtures.ts';

const PHONE = { viewport: { width: 360, height: 740 } };
const OPEN_ALL = "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })";

let browser: Browser;
let reports: Readonly<Record<'normal' | 'hostile' | 'real', string>>;

beforeAll(async () => {
  browser = await launch();
  reports = {
    normal: fileOf(renderReport(sampleReport())),
    hostile: fileOf(renderReport(sampleReport({ hostile: true }))),
    real: await reportOverHostileFixtures(),
  };
});

afterAll(() => browser.close());

describe.each(['normal', 'hostile', 'real'] as const)('a %s report in a browser', (kind) => {
  it('asks the network for nothing and has nothing to complain of', async () => {
    const { page, troubles, close } = await open(browser, reports[kind]);
    await page.evaluate(OPEN_ALL);
    await page.waitForTimeout(300);
    expect(troubles).toEqual([]);
    await close();
  });

  it('is as it is meant to be without scripts', async () => {
    const { page, troubles, close } = await open(browser, reports[kind], { javaScriptEnabled: false });
    expect(await page.locator('h1').isVisible()).toBe(true);
    expect(await page.locator('article.agent').count()).toBe(kind === 'real' ? 8 : 12);
    const face = await page.locator('h1').evaluate((element) => getComputedStyle(element).fontFamily);
    expect(face).toContain('Georgia');
    expect(troubles).toEqual([]);
    await close();
  });

  it('does not scroll sideways on a phone, be every fold open', async () => {
    const { page, close } = await open(browser, reports[kind], PHONE);
    for (const before of ['0', OPEN_ALL]) {
      await page.evaluate(before);
      const [scroll, client] = (await page.evaluate(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      )) as [number, number];
      expect(scroll).toBeLessThanOrEqual(client);
    }
    const overview = await page.evaluate(
      "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.overview').parentElement)",
    );
    expect(overview).toBeLessThanOrEqual(0);
    await close();
  });

  it.each(['light', 'dark'] as const)('has no serious fault of accessibility, %s', async (colorScheme) => {
    const hostile = kind === 'hostile';
    const url =
      kind === 'real' ? reports.real : fileOf(renderReport(sampleReport({ agents: 8, weeks: 4, hostile })));
    const { page, close } = await open(browser, url, { colorScheme });
    await page.evaluate(OPEN_ALL);
    expect(await seriousViolations(page)).toEqual([]);
    await close();
  });

  it('runs none of its text', async () => {
    const { page, close } = await open(browser, reports[kind]);
    expect(await page.evaluate('typeof window.hacked')).toBe('undefined');
    const foreign =
      "document.querySelectorAll('script, img, iframe, object, form, [onerror], [onload], [style]').length";
    expect(await page.evaluate(foreign)).toBe(0);
    expect(await page.evaluate("document.querySelectorAll('style').length")).toBe(1);
    await close();
  });
});

describe('a report over hostile artifacts', () => {
  it('shows their texts as texts', async () => {
    const { page, close } = await open(browser, reports.real);
    const text = await page.evaluate('document.body.textContent');
    expect(text).toContain(`Decide. ${HOSTILE}`);
    expect(text).toContain(`evil${HOSTILE_NAME}`);
    expect(text).toContain(`run${HOSTILE_NAME}`);
    const links = (await page.evaluate('[...document.links].map(({ href }) => href)')) as string[];
    expect(links.length).toBeGreaterThan(30);
    expect(links.filter((href) => !href.startsWith('file:///'))).toEqual([]);
    await close();
  });
});

describe('a report of 12 agents, 3 models and 52 weeks', () => {
  it('is rendered and loaded within 3 s', async () => {
    const from = performance.now();
    const url = fileOf(renderReport(sampleReport({ agents: 12, targets: 3, weeks: 52 })));
    const { close } = await open(browser, url);
    expect(performance.now() - from).toBeLessThan(3000);
    await close();
  });
});

describe('a report on a keyboard', () => {
  it('lets one skip to its content', async () => {
    const { page, close } = await open(browser, reports.normal);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    const { y = -1 } = (await page.locator('.skip').boundingBox()) ?? {};
    expect(y).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await close();
  });

  it('lets one scroll all that is wider than the page', async () => {
    const { page, close } = await open(browser, reports.normal, PHONE);
    const wide = `[...document.querySelectorAll('main *')].filter((element) =>
      element.scrollWidth > element.clientWidth + 1 &&
      ['auto', 'scroll'].includes(getComputedStyle(element).overflowX))`;
    expect(await page.evaluate(`${wide}.length`)).toBeGreaterThan(10);
    expect(
      await page.evaluate(
        `${wide}.filter((element) => element.tabIndex < 0).map(({ className }) => className)`,
      ),
    ).toEqual([]);
    const tree = page.locator('section.scroll', { has: page.locator('svg.tree') }).first();
    await tree.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => tree.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
    await close();
  });
});

describe('a report on paper', () => {
  it('is light, without contents, with the folds open that matter', async () => {
    const { page, close } = await open(browser, reports.normal, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.locator('nav').isVisible()).toBe(false);
    expect(await page.locator('details.print table').first().isVisible()).toBe(true);
    expect(await page.locator('details.prompt').first().isVisible()).toBe(false);
    expect(await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink')")).toBe(
      '#1d1c1a',
    );
    await close();
  });
});
