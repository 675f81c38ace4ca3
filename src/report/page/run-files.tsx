import { analysisKey } from '../../results/analysis.ts';
import { resultKey } from '../../results/envelope.ts';
import { summaryKey } from '../../results/summary.ts';
import type { ReportData } from '../data.ts';
import { ObjectLink } from './object-link.tsx';

/** The files that every number comes from. */
export function RunFiles({ data }: { readonly data: ReportData }) {
  return (
    <>
      <h3>Files</h3>
      <ul class="files">
        {keysOf(data).map((key) => (
          <li>
            <ObjectLink store={data.out} objectKey={key} />
          </li>
        ))}
      </ul>
    </>
  );
}

function keysOf(data: ReportData): readonly string[] {
  const { runKey, counterfactual, concordance, summaries, agents, controls } = data;
  return [
    ...(counterfactual ? [resultKey(runKey, 'counterfactual')] : []),
    ...(concordance ? [resultKey(runKey, 'concordance')] : []),
    ...summaries.map(({ run_id, target_model }) => summaryKey(run_id, target_model)),
    ...[...agents, ...controls].flatMap(({ id, analysis }) =>
      analysis ? [analysisKey(analysis.kind, id, analysis.run_id)] : [],
    ),
  ];
}
