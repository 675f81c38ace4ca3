import type { Analysis } from '../../results/analysis.ts';
import type { EvaluatedRule } from '../../results/rules.ts';
import { between, count, decimal, percent, percentFine, withInterval } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { Whiskers } from '../charts/whiskers.tsx';
import { neededShare } from '../verdict-words.ts';
import { DataTable } from './data-table.tsx';
import { Figure } from './figure.tsx';

const VERDICTS: ReadonlyMap<EvaluatedRule['verdict'], string> = new Map([
  ['explained', 'decides the same'],
  ['not_explained', 'does not'],
  ['inconclusive', 'not known yet'],
]);

/** What each rule matches, in sample and on unseen runs, against what it must be clear of. */
export function RuleWhiskers({ analysis }: { readonly analysis: Analysis }) {
  const { evaluation, agent_id_base: id } = analysis;
  const rules = rulesOf(evaluation);
  const needed = neededShare(evaluation);
  const [name, best] = rules.reduce((a, b) => (unseenOf(b[1]) > unseenOf(a[1]) ? b : a));
  const unseen = best.out_of_sample;
  const finding = unseen
    ? `On unseen runs the ${name.toLowerCase()} matches most: ${withInterval(unseen.match_rate, unseen.interval)}.`
    : 'Of a single run, nothing can be said of unseen ones.';
  return (
    <Figure
      title={finding}
      note="Dot: match on unseen runs, with its interval as a bar. Tick: match on the rows it was fitted to."
      table={<RulesTable id={id} evaluation={evaluation} />}
    >
      <Whiskers
        finding={finding}
        rows={rules.map(([label, rule]) => ({
          label,
          value: rule.out_of_sample?.match_rate ?? null,
          interval: rule.out_of_sample?.interval ?? null,
          tick: rule.in_sample.match_rate,
          text: withInterval(rule.out_of_sample?.match_rate, rule.out_of_sample?.interval),
        }))}
        marks={[
          {
            share: evaluation.baseline.match_rate,
            label: `baseline ${percent(evaluation.baseline.match_rate)}`,
            kind: 'baseline',
          },
          { share: needed, label: `to be clear of: ${percent(needed)}`, kind: 'threshold' },
        ]}
      />
    </Figure>
  );
}

type Evaluation = Analysis['evaluation'];

function rulesOf({ rules }: Evaluation): readonly (readonly [string, EvaluatedRule])[] {
  return [
    ['Greedy tree', rules.tree],
    ...(rules.exact ? [['Exact tree', rules.exact] as const] : []),
    ...(rules.logistic ? [['Logistic regression', rules.logistic] as const] : []),
  ];
}

function unseenOf(rule: EvaluatedRule): number {
  return rule.out_of_sample?.match_rate ?? -1;
}

function RulesTable({ id, evaluation }: { readonly id: string; readonly evaluation: Evaluation }) {
  return (
    <>
      <DataTable
        caption={`Match of each rule with ${truncate(id, 60)}`}
        rows={rulesOf(evaluation)}
        columns={[
          ['Rule', ([name]) => name],
          ['Decides the same?', ([, { verdict }]) => VERDICTS.get(verdict)],
          ['In sample', ([, { in_sample }]) => percentFine(in_sample.match_rate), 'num'],
          ['Unseen', ([, { out_of_sample }]) => percentFine(out_of_sample?.match_rate), 'num'],
          ['Interval', ([, { out_of_sample }]) => between(out_of_sample?.interval), 'num'],
          ['p', ([, { permutation }]) => decimal(permutation?.p_value, 3), 'num'],
          ['Runs needed', ([, { runs_needed }]) => count(runs_needed), 'num'],
        ]}
      />
      <p class="note">
        Baseline: always “{truncate(evaluation.baseline.label, 60)}”,{' '}
        {percentFine(evaluation.baseline.match_rate)}. Threshold {percentFine(evaluation.threshold)}; margin{' '}
        {percentFine(evaluation.margin)} of what the baseline misses; intervals at{' '}
        {percent(evaluation.confidence)}.
      </p>
    </>
  );
}
