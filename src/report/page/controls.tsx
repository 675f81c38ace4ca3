import type { EvaluatedRule } from '../../results/rules.ts';
import { between, count, counted, percentFine } from '../../shared/numbers.ts';
import { truncateWithCount } from '../../shared/truncate.ts';
import type { ControlData, ReportData } from '../data.ts';
import { shiftedNames } from './overview.tsx';
import { AnalysisLink, DataTable, Name, withSub } from './parts.tsx';
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
  const rows = data.controls.map((agent) => ({
    agent,
    n: agent.analysis?.n_samples,
    ...agent.analysis?.evaluation,
  }));
  return (
    <DataTable
      caption="Deterministic agents"
      rows={rows}
      columns={[
        ['Agent', ({ agent }) => <Name text={agent.id} max={80} />],
        ['As a control', ({ agent }) => outcome(agent, data)],
        ['Rows (runs)', ({ n, runs }) => (runs === undefined ? '–' : `${count(n)} (${count(runs)})`), 'num'],
        ['Tree, in sample', ({ rules }) => percentFine(rules?.tree.in_sample.match_rate), 'num'],
        ['Exact tree, in sample', ({ rules }) => percentFine(rules?.exact?.in_sample.match_rate), 'num'],
        ['Tree, unseen', ({ rules }) => (rules ? unseenOf(rules.tree) : '–'), 'num'],
        ['Baseline', ({ baseline }) => percentFine(baseline?.match_rate), 'num'],
        ['File', ({ agent }) => <AnalysisLink store={data.out} agent={agent} text="JSON" />],
      ]}
    />
  );
}

function unseenOf({ out_of_sample: unseen }: EvaluatedRule) {
  return withSub(percentFine(unseen?.match_rate), between(unseen?.interval));
}

function outcome({ id, analysis, notFitted }: ControlData, data: ReportData): string {
  const positive = data.counterfactual?.summary.controls.positive;
  if (!analysis) return `not fitted: ${truncateWithCount(notFitted ?? 'no reason is given', 200)}`;
  if (positive?.failed.some(({ agent_id_base }) => agent_id_base === id)) return '! its rule was not found';
  if (positive?.tested.includes(id)) return '✓ its rule was found';
  return '? not tested: too few rows or runs';
}
