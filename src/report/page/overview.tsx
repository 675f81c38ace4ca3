import { sort, sum } from 'd3-array';
import { ACTIONS } from '../../results/advice.ts';
import type { Analysis } from '../../results/analysis.ts';
import type { Controls } from '../../results/counterfactual-run.ts';
import { count, counted, isNumber, usd } from '../../shared/numbers.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import { MiniLine } from '../charts/whiskers.tsx';
import type { Advice, AgentData, ReportData, ShownAgent, TargetData } from '../data.ts';
import { chosenRule } from '../rules.ts';
import { neededShare } from '../verdict-words.ts';
import { actionCounts, knownSum, namesInWords, ownValue, shortModel, told } from '../words.ts';
import { usedOf } from './accounts.tsx';
import { Term } from './glossary.tsx';
import { NotMeasured } from './not-measured.tsx';
import { Chip, DataTable, Name, withSub } from './parts.tsx';

const MAX_TARGETS = 4;

/** One line per agent: what to do, how sure, and on what that rests. */
export function Overview({ data, agents }: { data: ReportData; agents: readonly ShownAgent[] }) {
  const { counterfactual } = data;
  const order = Object.keys(ACTIONS);
  return (
    <section id="overview">
      <h2 class="unseen">Overview</h2>
      {counterfactual && <ControlsBanner controls={counterfactual.summary.controls} />}
      <Tally advice={agents.map(({ advice }) => advice)} paid={data.concordance?.summary.cost.usd} />
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
          <DataTable
            kind="overview"
            caption="What to do about each agent, and what that rests on"
            rows={sort(agents, ({ advice }) => order.indexOf(advice.action))}
            columns={[
              ['Agent', AgentLink],
              ['What to do', WhatToDo],
              ['Match and agreement', MiniLines],
              ['Costs a month', costsOf, 'num'],
              ['Saves a month', ({ advice }) => <b>{usd(advice.saving_per_month_usd)}</b>, 'num'],
              ['Measured on', (agent) => <MeasuredOn data={data} agent={agent} />],
            ]}
          />
        </>
      )}
      <NotMeasured data={data} />
    </section>
  );
}

/** How many agents each action is for, and what all of it would save. */
function Tally({ advice, paid }: { advice: readonly Advice[]; paid: number | null | undefined }) {
  const costs = advice.map(({ cost_per_month_usd: cost }) => cost).filter(isNumber);
  const saved = knownSum(advice.map(({ saving_per_month_usd: saving }) => saving));
  return (
    <div class="standfirst">
      {costs.length > 0 && (
        <p>
          {counted(costs.length, 'agent')} whose costs are known cost about {usd(sum(costs))} a month.
          {saved !== null && ` Acting on every proposal would save about ${usd(saved)} of it.`}
          {isNumber(paid) && ` This run paid ${usd(paid)} for calls to models.`}
        </p>
      )}
      <ul>
        <li>{counted(advice.length, 'agent')}:</li>
        {actionCounts(advice).map(({ action, n }) => (
          <li>
            <Chip action={action} /> {count(n)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function AgentLink({ id, anchor, advice }: ShownAgent) {
  return (
    <>
      <a href={`#${anchor}`}>
        <Name text={id} max={60} breaks />
      </a>
      <Chip action={advice.action} />
    </>
  );
}

function WhatToDo({ advice: { reason, caveats } }: AgentData) {
  // What it rests on is in the agent's own section: here all agents are to be seen at once.
  const [caveat, ...more] = caveats;
  return (
    <>
      <p class="headline">{truncateWithCount(reason, 300)}</p>
      {caveat !== undefined && (
        <p class="small caveat">
          <span aria-hidden="true">! </span>
          {truncateWithCount(caveat, 300)}
          {more.length > 0 && ` And ${counted(more.length, 'more caveat')}.`}
        </p>
      )}
    </>
  );
}

function MiniLines({ analysis, targets }: AgentData) {
  return (
    <div class="minis">
      {analysis ? <RuleLine analysis={analysis} /> : <p class="small">Rule: not fitted</p>}
      {targets.slice(0, MAX_TARGETS).map((target) => (
        <ModelLine target={target} />
      ))}
      {targets.length === 0 && <p class="small">Models: not measured</p>}
      {targets.length > MAX_TARGETS && <p class="small">{targets.length - MAX_TARGETS} more models</p>}
    </div>
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

function costsOf({ advice, cost }: AgentData) {
  const decisions = cost && counted(Math.round(cost.decisions_per_month), 'decision');
  return withSub(usd(advice.cost_per_month_usd), decisions);
}

function MeasuredOn({
  data,
  agent: { analysis, targets, family, advice },
}: {
  data: ReportData;
  agent: AgentData;
}) {
  const { newest_input_date: newest } = advice;
  const counts = ownValue(data.counterfactual?.summary.per_family, family);
  const most = Math.max(0, ...targets.map(({ found }) => found?.n ?? 0));
  const listed = ownValue(data.summaries[0]?.per_family, family)?.listed;
  return (
    <div class="small">
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
    </div>
  );
}

/** Whether the rules' numbers can be trusted. */
function ControlsBanner({ controls }: { readonly controls: Controls }) {
  const { status, positive, negative } = controls;
  const tested = `${counted(positive.tested.length, 'deterministic agent')}, ${counted(negative.tested, 'rule')} on shifted decisions`;
  const missed = positive.failed.map((one) => one.agent_id_base);
  const [tone, title, text] = {
    passed: [
      'good',
      '✓ Controls passed.',
      `Rules were found where there are rules, none where there are none (${tested}).`,
    ],
    untested: [
      'doubtful',
      '? Controls untested.',
      'No deterministic agent had enough rows to tell whether this run finds rules where they are. Take its numbers with care.',
    ],
    failed: [
      'bad',
      '! Do not act on these numbers: the controls failed.',
      told(
        missed.length > 0 && `The rule behind ${namesInWords(missed)} was not found.`,
        negative.failed.length > 0 && `A rule was found in shifted decisions of ${shiftedNames(negative)}.`,
        `Look there first; the fault may be in every other number of this run (${tested}).`,
      ).join(' '),
    ],
  }[status] as [string, string, string];
  return (
    <p class={`banner ${tone}`}>
      <strong>{title}</strong> {text}
    </p>
  );
}

/** The rules that were found where there is nothing to find. */
export function shiftedNames({ failed }: Controls['negative']): string {
  return namesInWords(failed.map(({ agent_id_base: id, rule }) => `${id} (${rule})`));
}
