import type { Plan, PlanLine } from '../results/plan.ts';
import { count, counted, usd } from '../shared/numbers.ts';
import { type Column, paragraph, tableLines } from './lines.ts';
import type { Page } from './page.ts';

/** What a replay would ask, and what that would cost. */
export function planLines(summary: Plan, page: Page): string[] {
  const { plan, calls, cached, noise_ceiling: ceiling, n_artifacts_over_cap: over } = summary;
  const byModel = Map.groupBy(plan, ({ target_model }) => target_model);
  return [
    ...paragraph(`${counted(calls, 'call')} to make, ${counted(cached, 'answer')} there already`, page),
    ...[...byModel].flatMap(([model, lines]) => ['', ...tableLines(columnsOf(model), lines, page)]),
    '',
    ...paragraph(totalOf(summary), page),
    ...paragraph('behind a gateway a model is openai/NAME, at OPENAI_BASE_URL', page),
    ...(ceiling
      ? paragraph(
          `beside it a noise ceiling of ${counted(ceiling.sampled, 'capture')}: ${counted(ceiling.calls, 'call')}, ` +
            `${usd(ceiling.usd.messages?.expected)}, at most ${usd(ceiling.usd.messages?.worst)}`,
          page,
        )
      : []),
    ...(summary.warnings ?? []).flatMap((warning) => paragraph(`look: ${warning}`, page)),
    ...(over > 0 ? paragraph(`left out by --max-artifacts: ${counted(over, 'artifact')}`, page) : []),
  ];
}

function columnsOf(model: string): readonly Column<PlanLine>[] {
  return [
    [model, (line) => line.agent_id_base],
    ['replays', (line) => count(line.replayable)],
    ['cached', (line) => count(line.cached)],
    ['calls', (line) => count(line.calls)],
    ['messages', ({ usd: { messages } }) => usd(messages?.expected)],
    ['at most', ({ usd: { messages } }) => usd(messages?.worst)],
    ['batches', ({ usd: { batches } }) => usd(batches?.expected)],
    ['at most', ({ usd: { batches } }) => usd(batches?.worst)],
  ];
}

function totalOf({ usd: prices, transport, stop_when_sure: stops }: Plan): string {
  const { messages, batches, budget } = prices;
  const chosen = transport === 'batches' ? batches : messages;
  if (!messages || !batches || !chosen)
    return `the price is not known: --max-calls ends it, not the budget of ${usd(budget)}`;
  const enough = chosen.worst <= budget ? 'covers it' : 'may stop it: raise --max-cost-usd';
  return (
    `in all ${usd(messages.expected)} by messages (at most ${usd(messages.worst)}), ` +
    `${usd(batches.expected)} by batches (at most ${usd(batches.worst)})` +
    `${stops ? ', less where --stop-when-sure ends it early' : ''}; ` +
    `the budget of ${usd(budget)} ${enough}`
  );
}
