import { truncate } from '../../shared/truncate.ts';
import { changesOf } from '../changes.ts';
import type { ReportData } from '../data.ts';
import { Name } from './parts.tsx';

interface ChangesProps {
  readonly data: ReportData;
  /** Of the agents, in their order. */
  readonly anchors: readonly string[];
}

/** What is new to who read the last report. */
export function Changes({ data, anchors }: ChangesProps) {
  const { before, agents } = data;
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
                <a href={`#${anchors[agents.findIndex(({ id }) => id === agent)] ?? ''}`}>
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
