import { sum } from 'd3-array';
import type { ComponentProps } from 'preact';
import { daysBetween } from '../../corpus/window.ts';
import { ACTIONS, type Action } from '../../results/advice.ts';
import type { Analysis } from '../../results/analysis.ts';
import type { CounterfactualResult } from '../../results/counterfactual-run.ts';
import { between, count, counted, isNumber, percent, usd, withBriefInterval } from '../../shared/numbers.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import { MiniInterval } from '../charts/whiskers.tsx';
import type { AgentData, ReportData, TargetData } from '../data.ts';
import { chosenRule } from '../rules.ts';
import { neededShare } from '../verdict-words.ts';
import { ownValue, shortModel } from '../words.ts';
import { usedOf } from './accounts.tsx';
import { Term } from './glossary.tsx';
import { NotMeasured } from './not-measured.tsx';
import { Chip, Name, Scroll } from './parts.tsx';

interface Props {
  readonly data: ReportData;
  /** Of the agents, in their order. */
  readonly anchors: readonly string[];
}

const HEADS = ['Agent', 'What to do', 'Match and agreement', 'Costs a month', 'Saves a month', 'Measured on'];

/** One line per agent: what to do, how sure, and on what that rests. */
export function Overview({ data, anchors }: Props) {
  const { agents, counterfactual } = data;
  return (
    <section id="overview">
      <h2 class="unseen">Overview</h2>
      {counterfactual && <ControlsBanner controls={counterfactual.summary.controls} />}
      <Tally agents={agents} paid={data.concordance?.summary.cost.usd} />
      {agents.length > 0 && (
        <>
          <p class="note key">
            Lines run from 0% to 100%. Dot: share of decisions that are the same, by a rule (
            <Term of="match">match</Term>) or a model (<Term of="agreement">agreement</Term>). Bar: its{' '}
            <Term of="interval">interval</Term>. <span class="key-threshold">Long line</span>: the{' '}
            <Term of="threshold">threshold</Term>, what it must be clear of.{' '}
            <span class="key-baseline">Short line</span>: the <Term of="baseline">baseline</Term>, always the
            commonest decision.
          </p>
          <Scroll label="Overview of the agents">
            <table class="overview">
              <caption class="unseen">What to do about each agent, and what that rests on</caption>
              <thead>
                <tr>
                  {HEADS.map((head) => (
                    <th scope="col">{head}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {byAction(agents, anchors).map(({ agent, anchor }) => (
                  <OverviewRow data={data} agent={agent} anchor={anchor} />
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
      <NotMeasured data={data} />
    </section>
  );
}

/** What to act on first before the rest. */
function byAction(agents: readonly AgentData[], anchors: readonly string[]) {
  const order = Object.keys(ACTIONS);
  const placeOf = (one: { readonly agent: AgentData }) => order.indexOf(one.agent.advice.action);
  return agents
    .map((agent, index) => ({ agent, anchor: anchors[index] ?? '' }))
    .toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** How many agents each action is for, and what all of it would save. */
function Tally({ agents, paid }: { agents: readonly AgentData[]; paid: number | null | undefined }) {
  const savings = agents.map(({ advice }) => advice.saving_per_month_usd).filter(isNumber);
  const costs = agents.map(({ advice }) => advice.cost_per_month_usd).filter(isNumber);
  return (
    <div class="standfirst">
      {costs.length > 0 && (
        <p>
          {counted(costs.length, 'agent')} whose costs are known cost about {usd(sum(costs))} a month.
          {savings.length > 0 && ` Acting on every proposal would save about ${usd(sum(savings))} of it.`}
          {isNumber(paid) && ` This run paid ${usd(paid)} for calls to models.`}
        </p>
      )}
      <ul>
        <li>{counted(agents.length, 'agent')}:</li>
        {(Object.keys(ACTIONS) as Action[]).map((action) => {
          const n = agents.filter(({ advice }) => advice.action === action).length;
          return n > 0 ? (
            <li>
              <Chip action={action} /> {count(n)}
            </li>
          ) : null;
        })}
      </ul>
    </div>
  );
}

const MAX_TARGETS = 4;

interface RowProps {
  readonly data: ReportData;
  readonly agent: AgentData;
  readonly anchor: string;
}

function OverviewRow({ data, agent, anchor }: RowProps) {
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

function MeasuredOn({ data, agent: { analysis, targets, family, advice } }: Omit<RowProps, 'anchor'>) {
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

type Controls = CounterfactualResult['summary']['controls'];

const MAX_NAMED = 12;

/** Whether the rules' numbers can be trusted. */
function ControlsBanner({ controls }: { readonly controls: Controls }) {
  const { status, positive, negative } = controls;
  const tested = `${counted(positive.tested.length, 'deterministic agent')}, ${counted(negative.tested, 'rule')} on shifted decisions`;
  if (status === 'passed') {
    return (
      <p class="banner good">
        <strong>✓ Controls passed.</strong> Rules were found where there are rules, none where there are none
        ({tested}).
      </p>
    );
  }
  if (status === 'untested') {
    return (
      <p class="banner doubtful">
        <strong>? Controls untested.</strong> No deterministic agent had enough rows to tell whether this run
        finds rules where they are. Take its numbers with care.
      </p>
    );
  }
  return (
    <p class="banner bad">
      <strong>! Do not act on these numbers: the controls failed.</strong> {failuresOf(controls)} Look there
      first; the fault may be in every other number of this run ({tested}).
    </p>
  );
}

function failuresOf({ positive, negative }: Controls): string {
  const sentences: string[] = [];
  if (positive.failed.length > 0) {
    sentences.push(
      `The rule behind ${named(positive.failed.map((one) => one.agent_id_base))} was not found.`,
    );
  }
  if (negative.failed.length > 0) {
    sentences.push(`A rule was found in shifted decisions of ${shiftedNames(negative)}.`);
  }
  return sentences.join(' ');
}

/** The rules that were found where there is nothing to find. */
export function shiftedNames({ failed }: Controls['negative']): string {
  return named(failed.map(({ agent_id_base: id, rule }) => `${id} (${rule})`));
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).map((name) => truncate(name, 60));
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
