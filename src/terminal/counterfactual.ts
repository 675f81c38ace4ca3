import { ANSWERS } from '../results/answers.ts';
import type { CounterfactualSummary, RuleLine } from '../results/counterfactual-run.ts';
import { briefly, count, counted, percent } from '../shared/numbers.ts';
import { type Column, paragraph, tableLines } from './lines.ts';
import type { Page } from './page.ts';

const COLUMNS: readonly Column<RuleLine>[] = [
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
  return [
    ...paragraph(
      `would a rule of depth ${depth} have decided the same? ${counted(loaded, 'artifact')}`,
      page,
    ),
    '',
    ...(models.length > 0
      ? tableLines(COLUMNS, models, page)
      : ['no rule was fitted to any model: see what was left out']),
    ...notFitted(summary, page),
    '',
    ...controlsLines(summary, page),
  ];
}

function notFitted({ agents_skipped_thin_sample: skipped }: CounterfactualSummary, page: Page) {
  const named = skipped.map(({ agent_id_base: id, skip_reason: reason }) => `${id} (${reason})`);
  return named.length > 0 ? paragraph(`not fitted: ${named.join(', ')}`, page) : [];
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
