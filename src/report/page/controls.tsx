import { analysisKey } from '../../results/keys.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import type { AgentData, ReportData } from '../data.ts';
import { between, count, counted, percentFine } from '../numbers.ts';
import { DataTable } from './data-table.tsx';
import { Name } from './name.tsx';
import { ObjectLink } from './object-link.tsx';
import { TreePictures } from './tree-picture.tsx';

/** Agents that are rules, by which one sees whether this run finds rules at all. */
export function ControlsSection({ data }: { readonly data: ReportData }) {
  const controls = data.counterfactual?.summary.controls;
  return (
    <section id="controls">
      <h2>Controls</h2>
      <p class="measure">
        Some agents are programs without a model: a rule must be able to reproduce them (positive controls).
        And every rule is fitted once more to decisions shuffled within their runs, where there is nothing to
        find (negative controls). If a rule is missed in the first or found in the second, distrust every
        other number.
      </p>
      {data.controls.length > 0 ? (
        <>
          <ControlsTable data={data} />
          <details>
            <summary>The trees of the controls</summary>
            {data.controls.flatMap(({ analysis }) =>
              analysis ? [<ControlTree id={analysis.agent_id_base} analysis={analysis} />] : [],
            )}
          </details>
        </>
      ) : (
        <p>No deterministic agent is known to this run.</p>
      )}
      {controls && (
        <p class="measure">
          Negative controls: {counted(controls.negative.tested, 'rule')} on shuffled decisions,{' '}
          {controls.negative.failed.length === 0
            ? 'none of which came out as explaining anything.'
            : `of which ${count(controls.negative.failed.length)} came out as explaining them: ${controls.negative.failed
                .slice(0, 12)
                .map(({ agent_id_base: id, rule }) => `${truncate(id, 60)} (${truncate(rule, 30)})`)
                .join(', ')}.`}
        </p>
      )}
    </section>
  );
}

type TreeProps = { readonly id: string; readonly analysis: NonNullable<AgentData['analysis']> };

function ControlTree({ id, analysis }: TreeProps) {
  return (
    <>
      <h3>
        <Name text={id} max={80} />
      </h3>
      <TreePictures analysis={analysis} />
    </>
  );
}

function ControlsTable({ data }: { readonly data: ReportData }) {
  return (
    <DataTable
      caption="Deterministic agents"
      columns={[
        { head: 'Agent' },
        { head: 'As a control' },
        { head: 'Rows (runs)', number: true },
        { head: 'Tree, in sample', number: true },
        { head: 'Exact tree, in sample', number: true },
        { head: 'Tree, unseen', number: true },
        { head: 'Baseline', number: true },
        { head: 'File' },
      ]}
      rows={data.controls.map((agent) => [
        <Name text={agent.id} max={80} />,
        outcome(agent, data),
        ...numbersOf(agent, data),
      ])}
    />
  );
}

function outcome({ id, analysis, notFitted }: AgentData, data: ReportData): string {
  const positive = data.counterfactual?.summary.controls.positive;
  if (!analysis) return `not fitted: ${truncateWithCount(notFitted ?? 'no reason is given', 200)}`;
  if (positive?.failed.some(({ agent_id_base }) => agent_id_base === id)) return '! its rule was not found';
  if (positive?.tested.includes(id)) return '✓ its rule was found';
  return '? not tested: too few rows or runs';
}

function numbersOf({ id, analysis }: AgentData, { out }: ReportData) {
  if (!analysis) return Array(6).fill('–');
  const { evaluation } = analysis;
  const unseen = evaluation.rules.tree.out_of_sample;
  return [
    `${count(analysis.n_samples)} (${count(evaluation.runs)})`,
    percentFine(evaluation.rules.tree.in_sample.match_rate),
    percentFine(evaluation.rules.exact?.in_sample.match_rate),
    <>
      {percentFine(unseen?.match_rate)} <span class="sub">{between(unseen?.interval)}</span>
    </>,
    percentFine(evaluation.baseline.match_rate),
    <ObjectLink store={out} objectKey={analysisKey(analysis.kind, id, analysis.run_id)} text="JSON" />,
  ];
}
