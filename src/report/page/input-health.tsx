import type { Analysis } from '../../results/analysis.ts';
import { percentFine } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { inputFindings } from '../input-findings.ts';
import { DataTable } from './data-table.tsx';
import { Name } from './name.tsx';

/** How much of the inputs was captured: what is wrong with them, then all of them. */
export function InputHealthSection({ analysis }: { readonly analysis: Analysis }) {
  const { inputs } = analysis;
  if (!inputs) return null;
  const third = (part: number) => (one: (typeof inputs)[number]) => percentFine(one.missing_by_third[part]);
  return (
    <>
      {inputFindings(analysis).map((sentence) => (
        <p class="warning">{sentence}</p>
      ))}
      <details>
        <summary>How much of each input is missing</summary>
        <DataTable
          caption={`Missing inputs of ${truncate(analysis.agent_id_base, 60)}`}
          rows={inputs}
          columns={[
            ['Input', ({ input }) => <Name text={input} max={80} />],
            ['Window', ({ missing }) => percentFine(missing), 'num'],
            ['Oldest third', third(0), 'num'],
            ['Middle', third(1), 'num'],
            ['Newest third', third(2), 'num'],
            ['Last run', ({ missing_in_last_run: last }) => percentFine(last), 'num'],
          ]}
        />
      </details>
    </>
  );
}
