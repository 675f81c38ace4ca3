import type { Settings } from '../settings/settings.ts';
import { printable, printableDeep } from '../shared/output.ts';
import type { Ended } from './ended.ts';
import { labelled } from './lines.ts';
import { pageOf } from './page.ts';
import { summaryLines } from './summary.ts';

type Beginning = Pick<Settings, 'job' | 'corpus' | 'out'>;

/** Shows on stderr, a terminal, what is to be done. */
export function showStart({ job, corpus, out }: Beginning, window: { start: string; end: string }): void {
  const page = pageOf(process.stderr);
  const hasWindow = job === 'counterfactual' || job === 'concordance';
  show([
    `${page.paint('strong', job)}${hasWindow ? `, ${window.start} to ${window.end}` : ''}`,
    ...(job === 'report' ? [] : labelled('corpus', printable(corpus), page, 'faint')),
    ...labelled('out', printable(out), page, 'faint'),
  ]);
}

/** Shows on stderr, a terminal, what came of it. */
export function showEnd(ended: Ended): void {
  show(['', ...summaryLines(printableDeep(ended), pageOf(process.stderr))]);
}

/** What is left to print of an envelope where `showEnd` shows its summary: on one line, with summary and advice only
 * where they can be read nowhere else. */
export function truncateSummary<T extends Ended>(envelope: T): string | T {
  if (!process.stdout.isTTY || envelope.result_uri === null) return envelope;
  const { summary, advice, ...rest } = envelope;
  return JSON.stringify(rest);
}

function show(lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`);
}
