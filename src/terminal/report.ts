import type { ReportSummary } from '../results/report-run.ts';
import type { Style } from './colours.ts';
import type { Page } from './page.ts';
import { labelled } from './paragraph.ts';
import { tableLines } from './table.ts';

const STYLES: Readonly<Partial<Record<Action, Style>>> = { replace: 'good', switch: 'good', wait: 'unsure' };
type Action = ReportSummary['agents'][number]['action'];

/** What a report says of each agent, in a word. */
export function reportLines({ agents, unreadable }: ReportSummary, page: Page): string[] {
  const rows = agents.map(({ agent_id_base: id, action }) => [
    id,
    { text: action, style: STYLES[action] ?? ('faint' as const) },
  ]);
  const columns = [{ heading: 'agent' }, { heading: 'advice', align: 'left' as const }];
  const lost = unreadable.map(({ key, error }) => `${key}: ${error}`).join('; ');
  return [
    ...(rows.length > 0 ? tableLines(columns, rows, page) : []),
    ...(lost === '' ? [] : ['', ...labelled('missing', lost, page, 'bad')]),
  ];
}
