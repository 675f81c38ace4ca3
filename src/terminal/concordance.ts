import type { AgreementLine, ConcordanceSummary, TargetLines } from './ended.ts';
import { count, interval, share, usd } from './numbers.ts';
import type { Page } from './page.ts';
import { listed, paragraph } from './paragraph.ts';
import { type Cell, tableLines } from './table.ts';

const VERDICTS: Readonly<Record<string, Cell>> = {
  interchangeable: { text: 'interchangeable', style: 'good' },
  not: 'not',
  inconclusive: { text: 'unclear', style: 'unsure' },
};

/** How much the target models agree with the captured decisions. */
export function concordanceLines(summary: ConcordanceSummary, page: Page): string[] {
  const { per_target: targets, n_artifacts_replayed: replayed = 0, cache, cost } = summary;
  if (!targets) return [];
  const candidates = summary.n_artifacts_candidate ?? 0;
  const kept = cache && cache.hits > 0 ? `, ${count(cache.hits)} answers from earlier runs` : '';
  const paid = cost ? `; paid ${usd(cost.usd)} USD` : '';
  return [
    ...paragraph('would a cheaper model, given the same prompt, have decided the same?', page),
    ...paragraph(`${count(replayed)} of ${count(candidates)} artifacts replayed${paid}${kept}`, page),
    ...targets.flatMap((target) => ['', ...targetLines(target, page)]),
  ];
}

function targetLines({ target_model, per_agent: agents, ...rest }: TargetLines, page: Page): string[] {
  const saves = agents.some(({ saving_per_month_usd: saving }) => saving !== undefined);
  const table = tableLines(
    [
      { heading: target_model },
      ...['n', 'agree', 'interval', 'needs'].map((heading) => ({ heading })),
      ...(saves ? [{ heading: 'saves/mo' }] : []),
      { heading: 'verdict', align: 'left' },
    ],
    agents.map((agent) => rowOf(agent, saves)),
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

function rowOf(agent: AgreementLine, saves: boolean): Cell[] {
  const { runs_needed: needed, saving_per_month_usd: saving, verdict } = agent;
  return [
    agent.agent_id_base,
    count(agent.n),
    share(agent.mean),
    interval(agent.interval?.low, agent.interval?.high),
    needed === null ? '' : count(needed),
    ...(saves ? [typeof saving === 'number' ? `$${usd(saving)}` : '–'] : []),
    VERDICTS[verdict] ?? verdict,
  ];
}
