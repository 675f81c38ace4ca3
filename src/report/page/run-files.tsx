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
  const analyses = (prefix: string, of: ReportData['agents']) =>
    of.flatMap(({ id, analysis }) => (analysis ? [`${prefix}/${id}/${analysis.run_id}.json`] : []));
  return [
    ...(counterfactual ? [`_replay_runs/${runKey}/counterfactual.json`] : []),
    ...(concordance ? [`_replay_runs/${runKey}/concordance.json`] : []),
    ...summaries.map(
      ({ run_id, target_model }) => `_replay_summary/${run_id}_${target_model.replaceAll(/[:/]/g, '-')}.json`,
    ),
    ...analyses('_counterfactual', agents),
    ...analyses('_counterfactual_controls', controls),
  ];
}
