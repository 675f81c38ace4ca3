import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A page opened from a file, with what went wrong while it was. */
export interface Opened {
  readonly page: Page;
  /** Console messages, errors of the page, dialogs, and requests for anything but the file. */
  readonly troubles: string[];
  /** Milliseconds until it was loaded. */
  readonly loadedAfter: number;
  close(): Promise<void>;
}

export function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** Writes a document to a file of its own, and gives its URL. */
export function fileOf(html: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'report-')), 'report.html');
  writeFileSync(path, html);
  return pathToFileURL(path).href;
}

/** Opens a file without a network. */
export async function open(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const troubles: string[] = [];
  await context.route('**', (route) => {
    if (route.request().url() === url) return route.continue();
    troubles.push(`request: ${route.request().url()}`);
    return route.abort();
  });
  await context.setOffline(true);
  const page = await context.newPage();
  page.on('console', (message) => troubles.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const from = performance.now();
  await page.goto(url, { waitUntil: 'load' });
  return { page, troubles, loadedAfter: performance.now() - from, close: () => context.close() };
}
