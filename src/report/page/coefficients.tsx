import type { Analysis } from '../../results/analysis.ts';
import { decimal } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { classesOf } from '../classes.ts';
import { greatestWeights } from '../rules.ts';
import { type Column, DataTable } from './data-table.tsx';
import { Figure } from './figure.tsx';
import { Name } from './name.tsx';

const MAX_SHOWN = 16;

/** What the logistic regression makes of its columns, the greatest weight first. */
export function Coefficients({ analysis }: { readonly analysis: Analysis }) {
  const { design, logistic } = analysis.rules;
  if ('skip_reason' in logistic) return null;
  const { shown, labelOf } = classesOf(analysis);
  const weights = greatestWeights(analysis).map(({ column, name }) => ({
    name,
    of: (label: number) => logistic.weights[label]?.[column],
  }));
  const rows = [
    ...weights.slice(0, MAX_SHOWN),
    { name: 'Whatever the inputs', of: (label: number) => logistic.bias[label] },
  ];
  return (
    <Figure
      title="What the logistic regression weighs"
      note={`Points for each decision by standard deviation of a column; the decision with the most is given. ${Math.min(weights.length, MAX_SHOWN)} of ${design.columns.length} columns.`}
    >
      <DataTable
        caption={`Coefficients for ${truncate(analysis.agent_id_base, 60)}`}
        rows={rows}
        columns={[
          ['Column', ({ name }) => <Name text={name} max={60} />],
          ...shown.map(
            (label): Column<(typeof rows)[number]> => [
              truncate(labelOf(label), 24),
              ({ of }) => decimal(of(label)),
              'num',
            ],
          ),
        ]}
      />
    </Figure>
  );
}
