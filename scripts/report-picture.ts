// `npm run picture`, after `npm start`: the first screen of out/report.html, for the README.
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 960 }, colorScheme: 'light' });
await page.goto(pathToFileURL('out/report.html').href);
await page.screenshot({ path: 'docs/report.png' });
await browser.close();
