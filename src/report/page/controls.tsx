import type { ComponentChildren } from 'preact';
import type { Analysis } from '../../results/analysis.ts';
import { between, count, counted, percentFine } from '../../shared/numbers.ts';
import { truncateWithCount } from '../../shared/truncate.ts';
import type { ControlData, ReportData } from '../data.ts';
import { shiftedNames } from './overview.tsx';
import { AnalysisLink, DataTable, Name } from './parts.tsx';
import { TreePictures } from './tree-picture.tsx';

/** Agents that are rules, by which one sees whether this run finds rules at all. */
export function ControlsSection({ data }: { readonly data: ReportData }) {
  const controls = data.counterfactual?.summary.controls;
  return (
    <section id="controls">
      <h2>Controls</h2>
      <p class="measure">
        Some agents are programs without a model: a rule must be able to reproduce them (positive controls).
        And every rule with twenty runs or more is fitted once more to decisions shifted in time by half the
        runs, where there is nothing to find (negative controls). If a rule is missed in the first or found in
        the second, distrust every other number.
      </p>
      {data.controls.length > 0 ? (
        <>
          <ControlsTable data={data} />
          <details>
            <summary>The trees of the controls</summary>
            {data.controls.flatMap(({ analysis }) => {
              if (!analysis) return [];
              return [
                <h3>
                  <Name text={analysis.agent_id_base} max={80} />
                </h3>,
                <TreePictures analysis={analysis} />,
              ];
            })}
          </details>
        </>
      ) : (
        <p>No deterministic agent is known to this run.</p>
      )}
      {controls && (
        <p class="measure">
          Negative controls: {counted(controls.negative.tested, 'rule')} on shifted decisions,{' '}
          {controls.negative.failed.length === 0
            ? 'none of which came out as explaining anything.'
            : `of which ${count(controls.negative.failed.length)} came out as explaining them: ${shiftedNames(controls.negative)}.`}
        </p>
      )}
    </section>
  );
}

function ControlsTable({ data }: { readonly data: ReportData }) {
  const of = (cell: (analysis: Analysis) => ComponentChildren) => (agent: ControlData) =>
    agent.analysis ? cell(agent.analysis) : '–';
  return (
    <DataTable
      caption="Deterministic agents"
      rows={data.controls}
      columns={[
        ['Agent', ({ id }) => <Name text={id} max={80} />],
        ['As a control', (agent) => outcome(agent, data)],
        [
          'Rows (runs)',
          of(({ n_samples, evaluation }) => `${count(n_samples)} (${count(evaluation.runs)})`),
          'num',
        ],
        [
          'Tree, in sample',
          of(({ evaluation: { rules } }) => percentFine(rules.tree.in_sample.match_rate)),
          'num',
        ],
        [
          'Exact tree, in sample',
          of(({ evaluation: { rules } }) => percentFine(rules.exact?.in_sample.match_rate)),
          'num',
        ],
        [
          'Tree, unseen',
          of(({ evaluation: { rules } }) => (
            <>
              {percentFine(rules.tree.out_of_sample?.match_rate)}{' '}
              <span class="sub">{between(rules.tree.out_of_sample?.interval)}</span>
            </>
          )),
          'num',
        ],
        ['Baseline', of(({ evaluation }) => percentFine(evaluation.baseline.match_rate)), 'num'],
        ['File', (agent) => <AnalysisLink store={data.out} agent={agent} text="JSON" />],
      ]}
    />
  );
}

function outcome({ id, analysis, notFitted }: ControlData, data: ReportData): string {
  const positive = data.counterfactual?.summary.controls.positive;
  if (!analysis) return `not fitted: ${truncateWithCount(notFitted ?? 'no reason is given', 200)}`;
  if (positive?.failed.some(({ agent_id_base }) => agent_id_base === id)) return '! its rule was not found';
  if (positive?.tested.includes(id)) return '✓ its rule was found';
  return '? not tested: too few rows or runs';
}
