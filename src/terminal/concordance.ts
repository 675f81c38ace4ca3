import { ANSWERS } from '../results/answers.ts';
import type { AgreementLine, ConcordanceSummary, TargetLines } from '../results/concordance-run.ts';
import { count, counted, interval, share, usd } from './numbers.ts';
import type { Page } from './page.ts';
import { listed, paragraph } from './paragraph.ts';
import { type Cell, tableLines } from './table.ts';

/** How much the target models agree with the captured decisions. */
export function concordanceLines(summary: ConcordanceSummary, page: Page): string[] {
  const { per_target: targets, n_artifacts_replayed: replayed, n_artifacts_candidate: candidates } = summary;
  const { cache, cost } = summary;
  const kept = cache.hits > 0 ? `, ${count(cache.hits)} answers from earlier runs` : '';
  return [
    ...paragraph('would a cheaper model, given the same prompt, have decided the same?', page),
    ...paragraph(
      `${count(replayed)} of ${count(candidates)} artifacts replayed; ${paidFor(cost)}${kept}`,
      page,
    ),
    ...(summary.warnings ?? []).flatMap((warning) => paragraph(`look: ${warning}`, page)),
    ...targets.flatMap((target) => ['', ...targetLines(target, page)]),
  ];
}

function paidFor({ usd: paid, unpriced_calls: calls }: ConcordanceSummary['cost']): string {
  return paid === null ? `${counted(calls ?? 0, 'call')} without a known price` : `paid ${usd(paid)} USD`;
}

function targetLines({ target_model, per_agent: agents, ...rest }: TargetLines, page: Page): string[] {
  const table = tableLines(
    [
      { heading: target_model },
      ...['n', 'agree', 'interval', 'needs', 'saves/mo'].map((heading) => ({ heading })),
      { heading: 'the same', align: 'left' },
    ],
    agents.map(rowOf),
    page,
  );
  const thin = rest.agents_skipped_thin_sample.map(
    ({ agent_id_base: id, n_observations: n }) => `${id} (${n})`,
  );
  return [
    ...(agents.length > 0 ? table : [target_model]),
    ...(thin.length > 0 ? paragraph(`too few to say: ${listed(thin)}`, page) : []),
  ];
}

function rowOf(agent: AgreementLine): Cell[] {
  const { runs_needed: needed, saving_per_month_usd: saving, verdict } = agent;
  return [
    agent.agent_id_base,
    count(agent.agreement?.n ?? agent.n),
    share(agent.agreement?.mean ?? agent.mean),
    interval(agent.interval?.low, agent.interval?.high),
    needed === null ? '' : count(needed),
    saving === null ? '–' : `$${usd(saving)}`,
    ANSWERS[verdict],
  ];
}
