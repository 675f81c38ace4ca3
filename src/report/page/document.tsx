import { truncate } from '../../shared/truncate.ts';
import { anchorsOf } from '../anchors.ts';
import type { ReportData } from '../data.ts';
import { AgentArticle } from './agent.tsx';
import { Changes } from './changes.tsx';
import { ControlsSection } from './controls.tsx';
import { Glossary } from './glossary.tsx';
import { Masthead } from './masthead.tsx';
import { Navigation } from './navigation.tsx';
import { Overview } from './overview.tsx';
import { RunSection } from './run.tsx';
import { Runs } from './runs.tsx';

interface Props {
  readonly data: ReportData;
  readonly style: string;
  /** The content security policy: what the page may load. */
  readonly policy: string;
}

export function Page({ data, style, policy }: Props) {
  const anchors = anchorsOf(
    'agent',
    data.agents.map(({ id }) => id),
  );
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
          <Navigation agents={data.agents} anchors={anchors} />
          <main id="main" tabindex={-1}>
            <Changes data={data} anchors={anchors} />
            <Overview data={data} anchors={anchors} />
            {data.agents.map((agent, index) => (
              <AgentArticle data={data} agent={agent} anchor={anchors[index] ?? ''} />
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
