import type { ReportSummary } from '../results/report-run.ts';
import type { Page } from './page.ts';
import { labelled } from './paragraph.ts';

/** What a report could not read. */
export function reportLines({ unreadable }: ReportSummary, page: Page): string[] {
  const lost = unreadable.map(({ key, error }) => `${key}: ${error}`).join('; ');
  return labelled('missing', lost, page, 'bad');
}
