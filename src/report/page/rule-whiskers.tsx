import type { Analysis } from '../../results/analysis.ts';
import { ANSWERS } from '../../results/answers.ts';
import { between, count, decimal, percent, percentFine, points, withInterval } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { Whiskers } from '../charts/whiskers.tsx';
import { type NamedRule, rulesOf } from '../rules.ts';
import { neededShare } from '../verdict-words.ts';
import { DataTable } from './data-table.tsx';
import { Figure } from './figure.tsx';
import { Term } from './glossary.tsx';

/** What each rule matches, in sample and on unseen runs, against what it must be clear of. */
export function RuleWhiskers({ analysis }: { readonly analysis: Analysis }) {
  const { evaluation } = analysis;
  const rules = rulesOf(analysis);
  const best = rules.reduce((a, b) => (unseenOf(b) > unseenOf(a) ? b : a));
  const unseen = best.rule.out_of_sample;
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

function unseenOf({ rule }: NamedRule): number {
  return rule.out_of_sample?.match_rate ?? -1;
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
