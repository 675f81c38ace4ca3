import type { Analysis } from '../../results/analysis.ts';
import { percent, percentFine } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { DepthCurve } from '../charts/depth-curve.tsx';
import { DataTable } from './data-table.tsx';
import { Figure } from './figure.tsx';

/** What each question more is worth. */
export function Depth({ analysis }: { readonly analysis: Analysis }) {
  const { rules, threshold } = analysis.evaluation;
  const points = (rules.tree.by_depth ?? []).map(({ depth, match_rate, out_of_sample }) => ({
    depth,
    inSample: match_rate,
    unseen: out_of_sample,
  }));
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return null;
  const [from, to] = [first.unseen ?? first.inSample, last.unseen ?? last.inSample];
  const finding = `From ${percent(from)} with no question to ${percent(to)} with ${last.depth}.`;
  return (
    <Figure
      title={finding}
      note="Match of the greedy tree by the number of questions it may ask. Solid: unseen runs. Dashed: in sample. Long line: the threshold."
      table={
        <DataTable
          caption={`Match by depth, greedy tree of ${truncate(analysis.agent_id_base, 60)}`}
          rows={points}
          columns={[
            ['Depth', ({ depth }) => depth, 'num'],
            ['In sample', ({ inSample }) => percentFine(inSample), 'num'],
            ['Unseen', ({ unseen }) => percentFine(unseen), 'num'],
          ]}
        />
      }
    >
      <DepthCurve finding={finding} points={points} threshold={threshold} />
    </Figure>
  );
}
