import type { Analysis } from '../../results/analysis.ts';
import { count, percent, percentFine } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { classesOf, grouped } from '../classes.ts';
import type { NamedRule } from '../rules.ts';
import { Figure } from './figure.tsx';
import { Name } from './name.tsx';
import { Scroll } from './scroll.tsx';

const SHADES = 5;

/** What a rule says of rows by what was decided: on unseen runs, or in sample where there are none. */
export function Confusion({ analysis, named }: { readonly analysis: Analysis; readonly named: NamedRule }) {
  const { out_of_sample: unseen, in_sample: inSample } = named.rule;
  const name = named.title.toLowerCase();
  const { confusion } = unseen ?? inSample;
  const classes = classesOf(analysis);
  const labels = classes.shown.map((index) => classes.labelOf(index));
  if (classes.others > 0) labels.push(`${count(classes.others)} others`);
  const columns = confusion.map((row) => grouped(row, classes));
  const cells = labels.map((_, to) =>
    grouped(
      columns.map((row) => row[to] ?? 0),
      classes,
    ),
  );
  const where = unseen ? 'on runs it has not seen' : 'on the rows it was fitted to';
  const caption = `Decisions of ${truncate(analysis.agent_id_base, 60)} by what the ${name} says`;
  return (
    <Figure
      title={`What the ${name} says, ${where}`}
      note="Rows: what was decided. Columns: what the rule says."
    >
      <Scroll label={caption}>
        <table class="confusion">
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">Decided</th>
              {labels.map((label) => (
                <th scope="col" class="num">
                  <Name text={truncate(label, 24)} />
                </th>
              ))}
              <th scope="col" class="num">
                Right
              </th>
            </tr>
          </thead>
          <tbody>
            {labels.map((label, from) => {
              const row = cells.map((column) => column[from] ?? 0);
              const sum = row.reduce((all, n) => all + n, 0);
              const isOthers = from === classes.shown.length;
              return (
                <tr>
                  <th scope="row">
                    <Name text={truncate(label, 40)} />
                  </th>
                  {row.map((n, to) => (
                    <td class={`num ${shade(n, sum)}${from === to ? ' right' : ''}`}>{count(n)}</td>
                  ))}
                  <td class="num" title={`${count(row[from])} of ${count(sum)}`}>
                    {sum === 0 || isOthers ? '–' : percent((row[from] ?? 0) / sum)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      <p class="note">
        {percentFine((unseen ?? inSample).match_rate)} of all rows are on the diagonal, which is outlined.
      </p>
    </Figure>
  );
}

function shade(n: number, sum: number): string {
  return `heat-${n > 0 && sum > 0 ? Math.max(1, Math.ceil((n / sum) * SHADES)) : 0}`;
}
