import type { Analysis, PublishedWrongRows } from '../../results/analysis.ts';
import type { PublishedTree } from '../../results/rules.ts';
import { counted, measure } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { askedInputs } from '../tree-nodes.ts';
import { ownValue } from '../words.ts';
import { type Column, DataTable } from './data-table.tsx';
import { Name } from './name.tsx';
import { ObjectLink } from './object-link.tsx';

/** Rows shown of each rule. */
const MAX_ROWS = 20;
/** Inputs with a column of their own, and others of a row. */
const MAX_ASKED = 5;
const MAX_OTHERS = 6;

interface Props {
  readonly analysis: Analysis;
  readonly corpus: string;
}

/** The rows that the published trees get wrong, each with the artifact that it comes from. */
export function WrongRowLists({ analysis, corpus }: Props) {
  const { wrong_rows: wrong, rules } = analysis;
  if (!wrong) return <p class="note">The file does not say which rows the rule gets wrong.</p>;
  return (
    <>
      <OfRule name="greedy tree" wrong={wrong.tree} tree={rules.tree} analysis={analysis} corpus={corpus} />
      {wrong.exact && !('skip_reason' in rules.exact) && (
        <OfRule
          name="exact tree"
          wrong={wrong.exact}
          tree={rules.exact}
          analysis={analysis}
          corpus={corpus}
        />
      )}
    </>
  );
}

interface OfRuleProps extends Props {
  readonly name: string;
  readonly wrong: PublishedWrongRows;
  readonly tree: PublishedTree;
}

function OfRule({ name, wrong, tree, analysis, corpus }: OfRuleProps) {
  const rows = wrong.sample.slice(0, MAX_ROWS);
  const all = counted(wrong.count, 'row');
  if (rows.length === 0) {
    return (
      <p>
        The {name} gets {wrong.count === 0 ? 'none' : all} of the rows that it was fitted to wrong
        {wrong.count === 0 ? '' : '; the file names none of them'}.
      </p>
    );
  }
  const asked = askedInputs(tree, analysis.rules.design.columns).slice(0, MAX_ASKED);
  return (
    <details class="print">
      <summary>
        The {name} gets {all} wrong
        {rows.length < wrong.count ? `; ${rows.length} of them are here` : ''}
      </summary>
      <DataTable
        caption={`Rows that the ${name} of ${truncate(analysis.agent_id_base, 60)} gets wrong`}
        rows={rows}
        columns={[
          ['Artifact', ({ artifact_key }) => <ObjectLink store={corpus} objectKey={artifact_key} />],
          ['Decided', ({ decision }) => <Name text={decision} />],
          ['The rule says', ({ rule }) => <Name text={rule} />],
          ...asked.map(
            (input): Column<WrongRow> => [
              truncate(input, 40),
              ({ values }) => <Value value={ownValue(values, input)} />,
              'num',
            ],
          ),
          ['Other inputs', ({ values }) => <Others values={values} asked={asked} />],
        ]}
      />
    </details>
  );
}

type WrongRow = PublishedWrongRows['sample'][number];
type Values = WrongRow['values'];

function Value({ value }: { readonly value: Values[string] | undefined }) {
  if (value === null || value === undefined) return <span class="missing">missing</span>;
  return <Name text={typeof value === 'number' ? measure(value) : value} max={40} />;
}

function Others({ values, asked }: { readonly values: Values; readonly asked: readonly string[] }) {
  const others = Object.entries(values).filter(([name, value]) => !asked.includes(name) && value !== null);
  return (
    <span class="small">
      {others.slice(0, MAX_OTHERS).map(([name, value]) => (
        <span class="pair">
          <Name text={truncate(name, 40)} /> <Value value={value} />
        </span>
      ))}
      {others.length > MAX_OTHERS && `and ${others.length - MAX_OTHERS} more`}
    </span>
  );
}
