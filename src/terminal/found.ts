import { ANSWERS } from '../results/answers.ts';
import {
  type AgreementLine,
  type ConcordanceSummary,
  candidatesInWords,
  type TargetLines,
} from '../results/concordance-run.ts';
import type { CounterfactualSummary, RuleLine } from '../results/counterfactual-run.ts';
import type { Plan, PlanLine } from '../results/plan.ts';
import { briefly, count, counted, percent, usd } from '../shared/numbers.ts';
import { type Column, listed, paragraph, tableLines } from './lines.ts';
import type { Page } from './page.ts';

const RULE_COLUMNS: readonly Column<RuleLine>[] = [
  ['agent', (agent) => agent.agent_id_base],
  ['rows', (agent) => count(agent.n_samples)],
  ['match', (agent) => percent(agent.match_rate)],
  ['unseen', (agent) => percent(agent.out_of_sample)],
  ['interval', ({ lower, upper }) => briefly({ low: lower, high: upper })],
  ['base', (agent) => percent(agent.baseline)],
  ['needs', ({ runs_needed: needed }) => (needed === null ? '' : count(needed))],
  ['the same', ({ verdict }) => ANSWERS[verdict], 'left'],
];

/** What rules of the models' decisions came to. */
export function counterfactualLines(summary: CounterfactualSummary, page: Page): string[] {
  const { per_agent: agents, max_depth: depth, artifacts_loaded: loaded } = summary;
  const models = agents.filter(({ kind }) => kind === 'llm');
  const thin = summary.agents_skipped_thin_sample.map((one) => `${one.agent_id_base} (${one.skip_reason})`);
  return [
    ...paragraph(
      `would a rule of depth ${depth} have decided the same? ${counted(loaded, 'artifact')}`,
      page,
    ),
    '',
    ...(models.length > 0
      ? tableLines(RULE_COLUMNS, models, page)
      : ['no rule was fitted to any model: see what was left out']),
    ...paragraph(thin.length > 0 && `not fitted: ${thin.join(', ')}`, page),
    '',
    ...controlsLines(summary, page),
  ];
}

function controlsLines({ controls }: CounterfactualSummary, page: Page): string[] {
  const { status, positive, negative } = controls;
  const found = positive.tested.length - positive.failed.length;
  const style = status === 'passed' ? 'good' : status === 'failed' ? 'bad' : 'unsure';
  const failed = [...positive.failed, ...negative.failed].map(({ agent_id_base: id }) => id);
  const [first = '', ...others] = paragraph(
    `controls ${status}: ${found} of ${positive.tested.length} known rules found, ` +
      `${negative.failed.length} of ${negative.tested} shifted fits explained` +
      (failed.length > 0 ? `; distrust the table: ${[...new Set(failed)].join(', ')}` : ''),
    page,
  );
  const words = `controls ${status}`;
  return [`${page.paint(style, words)}${first.slice(words.length)}`, ...others];
}

/** How much the target models agree with the captured decisions. */
export function concordanceLines(summary: ConcordanceSummary, page: Page): string[] {
  const { per_target: targets, n_artifacts_replayed: replayed, cache, cost } = summary;
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
    ...(agents.length > 0 ? tableLines(targetColumns(target_model), agents, page) : [target_model]),
    ...paragraph(thin.length > 0 && `too few to say: ${listed(thin)}`, page),
  ];
}

function targetColumns(model: string): readonly Column<AgreementLine>[] {
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

/** What a replay would ask, and what that would cost. */
export function planLines(summary: Plan, page: Page): string[] {
  const { plan, calls, cached, noise_ceiling: ceiling, n_artifacts_over_cap: over } = summary;
  const byModel = Map.groupBy(plan, ({ target_model }) => target_model);
  return [
    ...paragraph(`${counted(calls, 'call')} to make, ${counted(cached, 'answer')} there already`, page),
    ...[...byModel].flatMap(([model, lines]) => ['', ...tableLines(planColumns(model), lines, page)]),
    '',
    ...paragraph(totalOf(summary), page),
    ...paragraph('behind a gateway a model is openai/NAME, at OPENAI_BASE_URL', page),
    ...paragraph(
      ceiling &&
        `beside it a noise ceiling of ${counted(ceiling.sampled, 'capture')}: ${counted(ceiling.calls, 'call')}, ` +
          `${usd(ceiling.usd.messages?.expected)}, at most ${usd(ceiling.usd.messages?.worst)}`,
      page,
    ),
    ...(summary.warnings ?? []).flatMap((warning) => paragraph(`look: ${warning}`, page)),
    ...paragraph(over > 0 && `left out by --max-artifacts: ${counted(over, 'artifact')}`, page),
  ];
}

function planColumns(model: string): readonly Column<PlanLine>[] {
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
