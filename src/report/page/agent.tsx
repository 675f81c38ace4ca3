import { daysBetween } from '../../corpus/window.ts';
import { counted, usd } from '../../shared/numbers.ts';
import { truncateWithCount } from '../../shared/truncate.ts';
import type { AgentData, ReportData, ShownAgent } from '../data.ts';
import { HistorySection } from './history.tsx';
import { AnalysisLink, Chip, Facts, Name } from './parts.tsx';
import { ReplaySection } from './replays.tsx';
import { RuleSection } from './rule.tsx';

const MAX_SENTENCES = 12;

/** Everything about one agent. */
export function AgentArticle({ data, agent }: { data: ReportData; agent: ShownAgent }) {
  const { advice } = agent;
  return (
    <article id={agent.anchor} class="agent">
      <h2>
        <Name text={agent.id} max={80} />
      </h2>
      <p class="line-up">
        <Chip action={advice.action} /> <span class="headline">{truncateWithCount(advice.reason, 600)}</span>
      </p>
      <Sentences all={advice.grounds} />
      <Sentences all={advice.caveats} isCaveat />
      <Facts
        of={{
          'Cost a month': monthly(agent),
          'Saving a month': usd(advice.saving_per_month_usd),
          'Newest capture': freshness(advice.newest_input_date, data.windowEnd),
          File: <AnalysisLink agent={agent} store={data.out} text="the analysis, as JSON" />,
        }}
      />
      <p class="note decision">
        <strong>Its decision.</strong> {truncateWithCount(agent.decision, 1200)}
      </p>
      <RuleSection data={data} agent={agent} />
      <ReplaySection data={data} agent={agent} />
      <HistorySection agent={agent} />
    </article>
  );
}

function Sentences({ all, isCaveat }: { all: readonly string[]; isCaveat?: boolean }) {
  if (all.length === 0) return null;
  return (
    <ul class="plain">
      {all.slice(0, MAX_SENTENCES).map((sentence) => (
        <li class={isCaveat ? 'caveat' : undefined}>
          {isCaveat && <span aria-hidden="true">! </span>}
          {truncateWithCount(sentence, 600)}
        </li>
      ))}
    </ul>
  );
}

/** What an agent's calls cost, and how many are known to have. */
function monthly({ cost }: AgentData): string {
  if (!cost) return 'no capture holds tokens or a cost';
  const { cost_per_month_usd, decisions_per_month, captures } = cost;
  const decisions = counted(Math.round(decisions_per_month), 'decision');
  return `${usd(cost_per_month_usd)} for ${decisions}, by ${counted(captures, 'capture')}`;
}

/** The newest capture's day, and how long before the window's end that is. */
function freshness(newest: string | null, windowEnd: string): string {
  if (newest === null) return 'no capture is known';
  const days = daysBetween(newest, windowEnd);
  const before = days <= 0 ? 'last day of the window' : `${counted(days, 'day')} before the window’s end`;
  return `${truncateWithCount(newest, 20)}, ${before}`;
}
