import { createHash } from 'node:crypto';
import { renderToString } from 'preact-render-to-string';
import type { ReportData } from './data.ts';
import { Page } from './page/document.tsx';
import { plain } from './plain-text.ts';
import { STYLE } from './style.ts';

/** The report as one HTML document that loads nothing and runs nothing. The same data give the same bytes. */
export function renderReport(data: ReportData): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  // Of all text at once, so that no component can forget it; what it puts in needs no escaping.
  return plain(`<!doctype html>${renderToString(<Page data={data} style={STYLE} policy={policy} />)}\n`);
}
