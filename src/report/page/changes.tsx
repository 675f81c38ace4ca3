import { truncate } from '../../shared/truncate.ts';
import { changesOf } from '../changes.ts';
import type { ReportData, ShownAgent } from '../data.ts';
import { Name } from './parts.tsx';

/** What is new to who read the last report. */
export function Changes({ data, agents }: { data: ReportData; agents: readonly ShownAgent[] }) {
  const { before } = data;
  if (!before) return null;
  const changes = changesOf(data);
  const last = `the run ${truncate(before.run_key, 60)}, whose window ended on ${truncate(before.window_end, 20)}`;
  return (
    <section id="changes">
      <h2>Since the last run</h2>
      {changes.length === 0 ? (
        <p>Nothing has changed since {last}.</p>
      ) : (
        <>
          <ul>
            {changes.map(({ agent, text }) => (
              <li>
                <a href={`#${agents.find(({ id }) => id === agent)?.anchor ?? ''}`}>
                  <Name text={agent} max={60} />
                </a>
                : {truncate(text, 300)}
              </li>
            ))}
          </ul>
          <p class="note">Compared with {last}. What got worse stands first.</p>
        </>
      )}
    </section>
  );
}
