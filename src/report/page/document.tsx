import { ACTIONS } from '../../results/advice.ts';
import { type ConcordanceResult, candidatesInWords } from '../../results/concordance-run.ts';
import type { CounterfactualResult } from '../../results/counterfactual-run.ts';
import { count, counted, duration, usd } from '../../shared/numbers.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import type { AgentData, ReportData, ShownAgent } from '../data.ts';
import { AgentArticle } from './agent.tsx';
import { ControlsSection } from './controls.tsx';
import { Glossary } from './glossary.tsx';
import { Overview } from './overview.tsx';
import { Facts, Name, SYMBOLS } from './parts.tsx';
import { RunSection } from './run.tsx';
import { Changes, Runs } from './runs.tsx';

interface Props {
  readonly data: ReportData;
  readonly style: string;
  /** The content security policy: what the page may load. */
  readonly policy: string;
}

export function Page({ data, style, policy }: Props) {
  const agents = withAnchors(data.agents);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>Replay report {truncate(data.runId, 40)}</title>
        <link rel="icon" href="data:," />
        <style>{style}</style>
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the overview
        </a>
        <Masthead data={data} />
        <div class="columns">
          <Navigation agents={agents} />
          <main id="main" tabindex={-1}>
            <Changes data={data} agents={agents} />
            <Overview data={data} agents={agents} />
            {agents.map((agent) => (
              <AgentArticle data={data} agent={agent} />
            ))}
            <ControlsSection data={data} />
            <Runs data={data} />
            <RunSection data={data} />
          </main>
        </div>
        <footer>
          <Glossary />
        </footer>
      </body>
    </html>
  );
}

/** What run this is, and how its jobs ended. */
function Masthead({ data }: { readonly data: ReportData }) {
  const { counterfactual: rules, concordance: models } = data;
  return (
    <header class="masthead">
      <p class="kicker">
        Replay report · run <Name text={data.runId} max={40} />
        {data.runKey !== data.runId && (
          <>
            {' '}
            · key <Name text={data.runKey} max={60} />
          </>
        )}
      </p>
      <h1>Would a rule, or a cheaper model, have decided the same?</h1>
      <Facts
        of={{
          Window: `${truncateWithCount(data.windowStart, 20)} to ${truncateWithCount(data.windowEnd, 20)}`,
          'Rules (counterfactual)': rules ? rulesInWords(rules) : NO_RESULT,
          'Models (concordance)': models ? modelsInWords(models) : NO_RESULT,
        }}
      />
    </header>
  );
}

const NO_RESULT = 'no result under this run key';

function rulesInWords({ status, summary, duration_seconds }: CounterfactualResult): string {
  const read = `${count(summary.artifacts_loaded)} of ${counted(summary.artifacts_discovered, 'capture')} read`;
  return `${signOf(status)} ${status}; ${read} in ${duration(duration_seconds)}`;
}

function modelsInWords({ status, summary }: ConcordanceResult): string {
  const { n_artifacts_replayed: replayed, cost } = summary;
  const stopped = summary.complete ? '' : ', stopped by the budget';
  const done = `${count(replayed)} of ${candidatesInWords(summary)} replayed`;
  return `${signOf(status)} ${status}${stopped}; ${done} for ${usd(cost.usd)}`;
}

/** Of a result that is shown: one that failed is not. */
function signOf(status: CounterfactualResult['status']): string {
  return status === 'OK' ? '✓' : '!';
}

/** What stands behind the agents. */
const AFTER = Object.entries({ controls: 'Controls', runs: 'Runs', run: 'The run', glossary: 'Glossary' });

function Navigation({ agents }: { readonly agents: readonly ShownAgent[] }) {
  return (
    <nav aria-label="Contents">
      <ul>
        <li>
          <a href="#overview">Overview</a>
        </li>
        <li class="nav-agents">
          <ul>
            {agents.map(({ id, anchor, advice: { action } }) => (
              <li>
                <a href={`#${anchor}`}>
                  <span class={`symbol ${action}`} role="img" aria-label={ACTIONS[action]}>
                    {SYMBOLS[action]}
                  </span>{' '}
                  <Name text={id} max={40} breaks />
                </a>
              </li>
            ))}
          </ul>
        </li>
        {AFTER.map(([id, text]) => (
          <li>
            <a href={`#${id}`}>{text}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const MAX_LENGTH = 60;

/** Each with an id for the page: the same as long as the names are. */
function withAnchors(agents: readonly AgentData[]): readonly ShownAgent[] {
  const taken = new Set<string>();
  return agents.map((agent) => {
    const plain = `agent-${agent.id.slice(0, MAX_LENGTH).replaceAll(/[^A-Za-z0-9_]+/g, '-')}`;
    let anchor = plain;
    for (let again = 2; taken.has(anchor); again++) anchor = `${plain}-${again}`;
    taken.add(anchor);
    return { ...agent, anchor };
  });
}
