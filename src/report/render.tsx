import { createHash } from 'node:crypto';
import { renderToString } from 'preact-render-to-string';
import type { ReportData } from './data.ts';
import { Page } from './page/document.tsx';
import { STYLE } from './style.ts';

/** The report as one HTML document that loads nothing and runs nothing. The same data give the same bytes. */
export function renderReport(data: ReportData): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  // Of all text at once, so that no component can forget it; what it puts in needs no escaping.
  return plain(`<!doctype html>${renderToString(<Page data={data} style={STYLE} policy={policy} />)}\n`);
}

/** Characters that turn or hide the text around them, and control characters other than a tab and line ends. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** The text with characters that one would not see, or that change how the rest reads, named in brackets. */
function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(
      UNSEEN,
      (char) => `[U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
