import type { ComponentProps } from 'preact';
import { daysBetween } from '../../corpus/window.ts';
import type { Analysis } from '../../results/analysis.ts';
import { between, count, counted, percent, usd, withBriefInterval } from '../../shared/numbers.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import { MiniInterval } from '../charts/mini-interval.tsx';
import type { AgentData, ReportData, TargetData } from '../data.ts';
import { chosenRule } from '../rules.ts';
import { neededShare } from '../verdict-words.ts';
import { ownValue, shortModel } from '../words.ts';
import { Chip } from './chip.tsx';
import { Name } from './name.tsx';
import { usedOf } from './rows-account.tsx';

const MAX_TARGETS = 4;

interface Props {
  readonly data: ReportData;
  readonly agent: AgentData;
  readonly anchor: string;
}

export function OverviewRow({ data, agent, anchor }: Props) {
  const { advice, analysis, targets } = agent;
  // What it rests on is in the agent's own section: here all agents are to be seen at once.
  const [caveat] = advice.caveats;
  const more = advice.caveats.length - 1;
  return (
    <tr>
      <th scope="row">
        <a href={`#${anchor}`}>
          <Name text={agent.id} max={60} breaks />
        </a>
        <Chip action={advice.action} />
      </th>
      <td data-head="What to do">
        <p class="headline">{truncateWithCount(advice.reason, 300)}</p>
        {caveat !== undefined && (
          <p class="small caveat">
            <span aria-hidden="true">! </span>
            {truncateWithCount(caveat, 300)}
            {more > 0 && ` And ${counted(more, 'more caveat')}.`}
          </p>
        )}
      </td>
      <td data-head="Match and agreement" class="minis">
        {analysis ? <RuleLine analysis={analysis} /> : <p class="small">Rule: not fitted</p>}
        {targets.slice(0, MAX_TARGETS).map((target) => (
          <ModelLine target={target} />
        ))}
        {targets.length === 0 && <p class="small">Models: not measured</p>}
        {targets.length > MAX_TARGETS && <p class="small">{targets.length - MAX_TARGETS} more models</p>}
      </td>
      <td data-head="Costs a month" class="num">
        {usd(advice.cost_per_month_usd)}
        {agent.cost && (
          <span class="sub">{counted(Math.round(agent.cost.decisions_per_month), 'decision')}</span>
        )}
      </td>
      <td data-head="Saves a month" class="num saving">
        {usd(advice.saving_per_month_usd)}
      </td>
      <td data-head="Measured on" class="small">
        <MeasuredOn data={data} agent={agent} />
      </td>
    </tr>
  );
}

function RuleLine({ analysis }: { readonly analysis: Analysis }) {
  const { evaluation } = analysis;
  const { name, title, rule } = chosenRule(analysis);
  const { out_of_sample: unseen } = rule;
  if (!unseen) return <p class="small">Rule: a single run, nothing unseen</p>;
  return (
    <MiniLine
      name={title.toLowerCase()}
      measure={`${name}, unseen match`}
      value={unseen.match_rate}
      interval={unseen.interval}
      threshold={neededShare(evaluation)}
      baseline={evaluation.baseline.match_rate}
    />
  );
}

function ModelLine({ target: { model, found, threshold } }: { readonly target: TargetData }) {
  const name = truncate(shortModel(model), 40);
  if (!found) return <p class="small">{name}: not measured</p>;
  const measure = `${truncate(model, 60)}, agreement`;
  const { mean, interval } = found;
  return <MiniLine name={name} measure={measure} value={mean} interval={interval} threshold={threshold} />;
}

type MiniLineProps = Omit<ComponentProps<typeof MiniInterval>, 'finding'> & {
  readonly name: string;
  readonly measure: string;
};

function MiniLine({ name, measure, ...mini }: MiniLineProps) {
  const { value, interval } = mini;
  return (
    <div class="mini-line">
      <span class="small mini-name">{name}</span>
      <MiniInterval finding={`${measure} ${percent(value)}, interval ${between(interval)}`} {...mini} />
      <span class="small num">{withBriefInterval(value, interval)}</span>
    </div>
  );
}

function MeasuredOn({ data, agent: { analysis, targets, family, advice } }: Omit<Props, 'anchor'>) {
  const { newest_input_date: newest } = advice;
  const counts = ownValue(data.counterfactual?.summary.per_family ?? {}, family);
  const most = targets.reduce((n, { found }) => Math.max(n, found?.n ?? 0), 0);
  const listed = ownValue(data.summaries[0]?.per_family ?? {}, family)?.listed;
  return (
    <>
      {analysis && (
        <p>
          {counted(analysis.n_samples, 'row')}, {counted(analysis.evaluation.runs, 'run')}
          {counts && `; ${count(usedOf(counts))} of ${counted(counts.listed, 'capture')}`}
        </p>
      )}
      {most > 0 && (
        <p>
          {counted(most, 'capture')}
          {listed !== undefined && ` of ${count(listed)}`} replayed
        </p>
      )}
      <p class="day">{newest === null ? 'no capture is known' : `newest ${truncateWithCount(newest, 20)}`}</p>
    </>
  );
}

/** What an agent's calls cost, and how many are known to have. */
export function monthly({ cost }: AgentData): string {
  if (!cost) return 'no capture holds tokens or a cost';
  const { cost_per_month_usd, decisions_per_month, captures } = cost;
  const decisions = counted(Math.round(decisions_per_month), 'decision');
  return `${usd(cost_per_month_usd)} for ${decisions}, by ${counted(captures, 'capture')}`;
}

/** The newest capture's day, and how long before the window's end that is. */
export function freshness(newest: string | null, windowEnd: string): string {
  if (newest === null) return 'no capture is known';
  const days = daysBetween(newest, windowEnd);
  const before = days <= 0 ? 'last day of the window' : `${counted(days, 'day')} before the window’s end`;
  return `${truncateWithCount(newest, 20)}, ${before}`;
}
