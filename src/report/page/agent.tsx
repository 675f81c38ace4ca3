import { usd } from '../../shared/numbers.ts';
import { truncateWithCount } from '../../shared/truncate.ts';
import type { ReportData, ShownAgent } from '../data.ts';
import { HistorySection } from './history.tsx';
import { freshness, monthly } from './overview.tsx';
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
      {advice.grounds.length > 0 && (
        <ul class="plain">
          {advice.grounds.slice(0, MAX_SENTENCES).map((ground) => (
            <li>{truncateWithCount(ground, 600)}</li>
          ))}
        </ul>
      )}
      {advice.caveats.length > 0 && (
        <ul class="plain caveats">
          {advice.caveats.slice(0, MAX_SENTENCES).map((caveat) => (
            <li class="caveat">
              <span aria-hidden="true">! </span>
              {truncateWithCount(caveat, 600)}
            </li>
          ))}
        </ul>
      )}
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
