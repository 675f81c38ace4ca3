import { greatest, sum, transpose } from 'd3-array';
import type { Analysis } from '../../results/analysis.ts';
import { ANSWERS } from '../../results/answers.ts';
import { between, count, decimal, percent, percentFine, points, withInterval } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { DepthCurve } from '../charts/courses.tsx';
import { ShareBar } from '../charts/scale.tsx';
import { Whiskers } from '../charts/whiskers.tsx';
import { classesOf, grouped } from '../classes.ts';
import { greatestWeights, type NamedRule, rulesOf } from '../rules.ts';
import { neededShare } from '../verdict-words.ts';
import { Term } from './glossary.tsx';
import { type Column, DataTable, Figure, Name } from './parts.tsx';

/** What each rule matches, in sample and on unseen runs, against what it must be clear of. */
export function RuleWhiskers({ analysis }: { readonly analysis: Analysis }) {
  const { evaluation } = analysis;
  const rules = rulesOf(analysis);
  const best = greatest(rules, ({ rule }) => rule.out_of_sample?.match_rate);
  const unseen = best?.rule.out_of_sample;
  const finding = unseen
    ? `On unseen runs the ${best.title.toLowerCase()} matches most: ${withInterval(unseen.match_rate, unseen.interval)}.`
    : 'Of a single run, nothing can be said of unseen ones.';
  return (
    <Figure
      title={finding}
      note="Dot: match on unseen runs, with its interval as a bar. Tick: match on the rows it was fitted to."
      table={<RulesTable analysis={analysis} rules={rules} />}
    >
      <Whiskers
        finding={finding}
        rows={rules.map(({ title, rule }) => ({
          label: title,
          value: rule.out_of_sample?.match_rate ?? null,
          interval: rule.out_of_sample?.interval ?? null,
          tick: rule.in_sample.match_rate,
        }))}
        marks={[
          { share: evaluation.baseline.match_rate, kind: 'baseline' },
          { share: neededShare(evaluation), kind: 'threshold' },
        ]}
      />
    </Figure>
  );
}

function RulesTable({ analysis, rules }: { analysis: Analysis; rules: readonly NamedRule[] }) {
  const { evaluation, agent_id_base: id } = analysis;
  return (
    <>
      <DataTable
        caption={`Match of each rule with ${truncate(id, 60)}`}
        rows={rules}
        columns={[
          ['Rule', ({ title }) => title],
          ['Decides the same?', ({ rule }) => ANSWERS[rule.verdict]],
          ['In sample', ({ rule }) => percentFine(rule.in_sample.match_rate), 'num'],
          ['Unseen', ({ rule }) => percentFine(rule.out_of_sample?.match_rate), 'num'],
          [<Term of="interval" />, ({ rule }) => between(rule.out_of_sample?.interval), 'num'],
          [<Term of="lift" />, ({ rule }) => points(rule.out_of_sample?.lift), 'num'],
          [<Term of="kappa" />, ({ rule }) => decimal(rule.out_of_sample?.kappa), 'num'],
          [<Term of="permutation">p</Term>, ({ rule }) => decimal(rule.permutation?.p_value, 3), 'num'],
          ['Runs needed', ({ rule }) => count(rule.runs_needed), 'num'],
        ]}
      />
      <p class="note">
        <Term of="baseline" />: always “{truncate(evaluation.baseline.label, 60)}”,{' '}
        {percentFine(evaluation.baseline.match_rate)}. <Term of="threshold" />{' '}
        {percentFine(evaluation.threshold)}; margin {percentFine(evaluation.margin)} of what the baseline
        misses; intervals at {percent(evaluation.confidence)}.
      </p>
    </>
  );
}

/** What each question more is worth. */
export function Depth({ analysis }: { readonly analysis: Analysis }) {
  const { rules, threshold } = analysis.evaluation;
  const points = rules.tree.by_depth ?? [];
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return null;
  const [from, to] = [first, last].map((point) => point.out_of_sample ?? point.match_rate);
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
            ['In sample', (point) => percentFine(point.match_rate), 'num'],
            ['Unseen', (point) => percentFine(point.out_of_sample), 'num'],
          ]}
        />
      }
    >
      <DepthCurve finding={finding} points={points} threshold={threshold} />
    </Figure>
  );
}

const SHADES = 5;

/** What a rule says of rows by what was decided: on unseen runs, or in sample where there are none. */
export function Confusion({ analysis, named }: { readonly analysis: Analysis; readonly named: NamedRule }) {
  const { out_of_sample: unseen, in_sample: inSample } = named.rule;
  const { confusion, match_rate } = unseen ?? inSample;
  const name = named.title.toLowerCase();
  const classes = classesOf(analysis);
  const labels = classes.shown.map((index) => classes.labelOf(index));
  if (classes.others > 0) labels.push(`${count(classes.others)} others`);
  const said = transpose(confusion.map((row) => grouped(row, classes)));
  const cells = transpose(said.map((column) => grouped(column, classes)));
  const rows = labels.map((label, from) => ({
    label,
    from,
    cells: cells[from] ?? [],
    all: sum(cells[from] ?? []),
  }));
  return (
    <Figure
      title={`What the ${name} says, ${unseen ? 'on runs it has not seen' : 'on the rows it was fitted to'}`}
      note="Rows: what was decided. Columns: what the rule says."
    >
      <DataTable
        kind="confusion"
        caption={`Decisions of ${truncate(analysis.agent_id_base, 60)} by what the ${name} says`}
        rows={rows}
        columns={[
          ['Decided', ({ label }) => <Name text={truncate(label, 40)} />],
          ...labels.map(
            (label, to): Column<(typeof rows)[number]> => [
              <Name text={truncate(label, 24)} />,
              ({ cells }) => count(cells[to] ?? 0),
              'num',
              ({ from, cells, all }) => `${shade(cells[to], all)}${from === to ? ' right' : ''}`,
            ],
          ),
          [
            'Right',
            ({ from, cells, all }) => (
              <span title={`${count(cells[from])} of ${count(all)}`}>
                {all === 0 || from === classes.shown.length ? '–' : percent((cells[from] ?? 0) / all)}
              </span>
            ),
            'num',
          ],
        ]}
      />
      <p class="note">{percentFine(match_rate)} of all rows are on the diagonal, which is outlined.</p>
    </Figure>
  );
}

function shade(n = 0, all: number): string {
  return `heat-${n > 0 && all > 0 ? Math.max(1, Math.ceil((n / all) * SHADES)) : 0}`;
}

const MAX_INPUTS = 6;

/** Which inputs the greedy tree's gain comes from. */
export function Importances({ analysis }: { readonly analysis: Analysis }) {
  const all = Object.entries(analysis.feature_importances);
  const used = all.filter(([, share]) => share > 0).sort(([, a], [, b]) => b - a);
  if (used.length === 0)
    return <p class="note">The tree asks nothing: it always says the commonest decision.</p>;
  return (
    <Figure
      title="Where the greedy tree’s gain comes from"
      note={`Shares of the decrease in impurity. ${all.length - used.length} of ${all.length} columns are not used.`}
    >
      <ol class="bars">
        {used.slice(0, MAX_INPUTS).map(([name, share]) => (
          <li>
            <Name text={name} max={60} />
            <span class="num">{percent(share)}</span>
            <ShareBar share={share} />
          </li>
        ))}
      </ol>
      {used.length > MAX_INPUTS && <p class="note">{used.length - MAX_INPUTS} smaller ones are left out.</p>}
    </Figure>
  );
}

const MAX_WEIGHTS = 16;

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
    ...weights.slice(0, MAX_WEIGHTS),
    { name: 'Whatever the inputs', of: (label: number) => logistic.bias[label] },
  ];
  return (
    <Figure
      title="What the logistic regression weighs"
      note={`Points for each decision by standard deviation of a column; the decision with the most is given. ${Math.min(weights.length, MAX_WEIGHTS)} of ${design.columns.length} columns.`}
    >
      <DataTable
        caption={`Coefficients for ${truncate(analysis.agent_id_base, 60)}`}
        rows={rows}
        columns={[
          ['Column', ({ name }) => <Name text={name} max={60} />],
          ...shown.map((label): Column<(typeof rows)[number]> => {
            return [truncate(labelOf(label), 24), ({ of }) => decimal(of(label)), 'num'];
          }),
        ]}
      />
    </Figure>
  );
}
