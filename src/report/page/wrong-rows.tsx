import type { Analysis, PublishedWrongRows } from '../../results/analysis.ts';
import { counted, measure } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { greatestWeights, type NamedRule, rulesOf } from '../rules.ts';
import { askedInputs, pathOf, type WrongRow } from '../tree-nodes.ts';
import { ownValue } from '../words.ts';
import { type Column, DataTable, Name, ObjectLink } from './parts.tsx';

/** Rows shown of each rule. */
const MAX_ROWS = 20;
/** Inputs with a column of their own, and others of a row. */
const MAX_ASKED = 4;
const MAX_OTHERS = 6;
const MAX_STEPS = 8;

/** The rows that the published rules get wrong, each with the artifact that it comes from. */
export function WrongRowLists({ analysis, corpus }: { analysis: Analysis; corpus: string }) {
  const { wrong_rows: lists } = analysis;
  if (!lists) return <p class="note">The file does not say which rows the rule gets wrong.</p>;
  return (
    <>
      {rulesOf(analysis).map((named) => {
        const wrong = lists[named.id];
        return wrong && <OfRule named={named} wrong={wrong} analysis={analysis} corpus={corpus} />;
      })}
    </>
  );
}

interface OfRuleProps {
  readonly named: NamedRule;
  readonly wrong: PublishedWrongRows;
  readonly analysis: Analysis;
  readonly corpus: string;
}

function OfRule({ named, wrong, analysis, corpus }: OfRuleProps) {
  const name = named.title.toLowerCase();
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
  const { design, [named.id]: rule } = analysis.rules;
  const tree = 'nodes' in rule ? rule : null;
  const inputs = tree ? askedInputs(tree, design) : greatestWeights(analysis).map(({ input }) => input);
  const asked = [...new Set(inputs)].slice(0, MAX_ASKED);
  const columns: Column<WrongRow>[] = [
    ['Artifact', ({ artifact_key }) => <ObjectLink store={corpus} objectKey={artifact_key} />],
    ['Decided', ({ decision }) => <Name text={decision} />],
    ['The rule says', (row) => <Name text={row.rule} />],
  ];
  if (tree) columns.push(['Its path', ({ values }) => <Path {...pathOf(tree, design, values)} />]);
  for (const input of asked) {
    columns.push([truncate(input, 40), ({ values }) => <Value value={ownValue(values, input)} />, 'num']);
  }
  columns.push(['Other inputs', ({ values }) => <Others values={values} asked={asked} />]);
  return (
    <details class="print">
      <summary>
        The {name} gets {all} wrong
        {rows.length < wrong.count ? `; ${rows.length} of them are here` : ''}
      </summary>
      <DataTable
        caption={`Rows that the ${name} of ${truncate(analysis.agent_id_base, 60)} gets wrong`}
        rows={rows}
        columns={columns}
      />
    </details>
  );
}

/** The way of a row through the tree. */
function Path({ steps, end }: ReturnType<typeof pathOf>) {
  return (
    <span class="small path">
      {steps.slice(0, MAX_STEPS).map((step) => (
        <span>{truncate(step, 80)}</span>
      ))}
      {steps.length > MAX_STEPS && <span>{steps.length - MAX_STEPS} more</span>}
      <span>{counted(end?.n, 'row')} there</span>
    </span>
  );
}

function Value({ value }: { readonly value: WrongRow['values'][string] | undefined }) {
  if (value === null || value === undefined) return <span class="missing">missing</span>;
  return <Name text={typeof value === 'number' ? measure(value) : value} max={40} />;
}

function Others({
  values,
  asked,
}: {
  readonly values: WrongRow['values'];
  readonly asked: readonly string[];
}) {
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
