import { sum } from 'd3-array';
import { ACTIONS, type Action } from '../../results/advice.ts';
import { count, counted, isNumber, usd } from '../../shared/numbers.ts';
import type { AgentData, ReportData } from '../data.ts';
import { ControlsBanner } from './banner.tsx';
import { Chip } from './chip.tsx';
import { Term } from './glossary.tsx';
import { NotMeasured } from './not-measured.tsx';
import { OverviewRow } from './overview-row.tsx';
import { Scroll } from './scroll.tsx';

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
