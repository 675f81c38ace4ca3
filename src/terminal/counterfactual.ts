import { ANSWERS } from '../results/answers.ts';
import type { CounterfactualSummary, RuleLine } from '../results/counterfactual-run.ts';
import { count, counted, interval, share } from './numbers.ts';
import type { Page } from './page.ts';
import { paragraph } from './paragraph.ts';
import { type Cell, tableLines } from './table.ts';

/** What rules of the models' decisions came to. */
export function counterfactualLines(summary: CounterfactualSummary, page: Page): string[] {
  const { per_agent: agents, max_depth: depth, artifacts_loaded: loaded } = summary;
  const models = agents.filter(({ kind }) => kind === 'llm');
  const table = tableLines(
    [
      { heading: 'agent' },
      ...['rows', 'match', 'unseen', 'interval', 'base', 'needs'].map((heading) => ({ heading })),
      { heading: 'the same', align: 'left' },
    ],
    models.map(rowOf),
    page,
  );
  return [
    ...paragraph(
      `would a rule of depth ${depth} have decided the same? ${counted(loaded, 'artifact')}`,
      page,
    ),
    '',
    ...(models.length > 0 ? table : ['no rule was fitted to any model: see what was left out']),
    ...notFitted(summary, page),
    '',
    ...controlsLines(summary, page),
  ];
}

function rowOf(agent: RuleLine): Cell[] {
  const { agent_id_base: id, n_samples: rows, match_rate: match, out_of_sample: unseen } = agent;
  return [
    id,
    count(rows),
    share(match),
    share(unseen),
    interval(agent.lower, agent.upper),
    share(agent.baseline),
    agent.runs_needed === null ? '' : count(agent.runs_needed),
    ANSWERS[agent.verdict],
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
