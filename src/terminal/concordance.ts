import { ANSWERS } from '../results/answers.ts';
import {
  type AgreementLine,
  type ConcordanceSummary,
  candidatesInWords,
  type TargetLines,
} from '../results/concordance-run.ts';
import { briefly, count, counted, percent, usd } from '../shared/numbers.ts';
import { type Column, listed, paragraph, tableLines } from './lines.ts';
import type { Page } from './page.ts';

/** How much the target models agree with the captured decisions. */
export function concordanceLines(summary: ConcordanceSummary, page: Page): string[] {
  const { per_target: targets, n_artifacts_replayed: replayed } = summary;
  const { cache, cost } = summary;
  const kept = cache.hits > 0 ? `, ${count(cache.hits)} answers from earlier runs` : '';
  return [
    ...paragraph('would a cheaper model, given the same prompt, have decided the same?', page),
    ...paragraph(
      `${count(replayed)} of ${candidatesInWords(summary)} replayed; ${paidFor(cost)}${kept}`,
      page,
    ),
    ...(summary.warnings ?? []).flatMap((warning) => paragraph(`look: ${warning}`, page)),
    ...targets.flatMap((target) => ['', ...targetLines(target, page)]),
  ];
}

function paidFor({ usd: paid, unpriced_calls: calls }: ConcordanceSummary['cost']): string {
  return paid === null ? `${counted(calls ?? 0, 'call')} without a known price` : `paid ${usd(paid)}`;
}

function targetLines({ target_model, per_agent: agents, ...rest }: TargetLines, page: Page): string[] {
  const thin = rest.agents_skipped_thin_sample.map(
    ({ agent_id_base: id, n_observations: n }) => `${id} (${n})`,
  );
  return [
    ...(agents.length > 0 ? tableLines(columnsOf(target_model), agents, page) : [target_model]),
    ...(thin.length > 0 ? paragraph(`too few to say: ${listed(thin)}`, page) : []),
  ];
}

function columnsOf(model: string): readonly Column<AgreementLine>[] {
  return [
    [model, (agent) => agent.agent_id_base],
    ['n', ({ agreement, n }) => count(agreement?.n ?? n)],
    ['agree', ({ agreement, mean }) => percent(agreement?.mean ?? mean)],
    ['interval', ({ interval }) => briefly(interval)],
    ['needs', ({ runs_needed: needed }) => (needed === null ? '' : count(needed))],
    ['saves/mo', (agent) => usd(agent.saving_per_month_usd)],
    ['the same', ({ verdict }) => ANSWERS[verdict], 'left'],
  ];
}
