import type { Analysis } from '../../results/analysis.ts';
import type { EvaluatedRule } from '../../results/rules.ts';
import { counted, decimal, percent } from '../../shared/numbers.ts';
import { truncateWithCount } from '../../shared/truncate.ts';
import type { AgentData } from '../data.ts';
import { chosenRule, type NamedRule, rulesOf } from '../rules.ts';
import { missingWords, otherVerdicts, prospectiveWords, ruleVerdict, steadiness } from '../verdict-words.ts';
import { Coefficients } from './coefficients.tsx';
import { Confusion } from './confusion.tsx';
import { Depth } from './depth.tsx';
import { Term } from './glossary.tsx';
import { Importances } from './importances.tsx';
import { InputHealthSection } from './input-health.tsx';
import { type FamilyCounts, RowsAccount } from './rows-account.tsx';
import { RuleCode } from './rule-code.tsx';
import { RuleWhiskers } from './rule-whiskers.tsx';
import { TreePictures } from './tree-picture.tsx';
import { WrongRowLists } from './wrong-rows.tsx';

interface Props {
  readonly agent: AgentData;
  readonly counts: FamilyCounts | undefined;
  readonly corpus: string;
}

/** Would a rule have decided the same? */
export function RuleSection({ agent, counts, corpus }: Props) {
  const { analysis } = agent;
  const chosen = analysis && chosenRule(analysis);
  return (
    <section>
      <h3>Would a rule have decided the same?</h3>
      {analysis ? (
        <>
          <InputHealthSection analysis={analysis} />
          <p class="verdict">{ruleVerdict(analysis.evaluation.rules.tree, analysis.evaluation)}</p>
          {chosen && chosen.rule !== analysis.evaluation.rules.tree && (
            <p class="verdict">
              But {chosen.name}: {ruleVerdict(chosen.rule, analysis.evaluation)}
            </p>
          )}
          <p class="note">
            {counted(analysis.n_samples, 'row')} in {counted(analysis.evaluation.runs, 'run')}, depth at most{' '}
            {analysis.max_depth}, {counted(analysis.n_classes, 'different decision')}. The first verdict is
            the greedy tree’s. {otherVerdicts(analysis)}{' '}
            {chance(analysis.evaluation.rules.tree.permutation?.p_value)}
          </p>
          {chosen?.rule.missing_for_replace?.map((missing) => (
            <p class="warning">{missingWords(missing, analysis.evaluation.threshold)}</p>
          ))}
          <Later analysis={analysis} rule={(chosen as NamedRule).rule} />
          {analysis.simulated && (
            <p class="warning">Rows of simulated captures are among these: see the caveats.</p>
          )}
          <div class="pair-of-figures">
            <RuleWhiskers analysis={analysis} />
            <Depth analysis={analysis} />
          </div>
          <TreePictures analysis={analysis} />
          <div class="pair-of-figures">
            <Confusion analysis={analysis} named={rulesOf(analysis)[0] as NamedRule} />
            <Importances analysis={analysis} />
          </div>
          {chosen && chosen.id !== 'tree' && (
            <div class="pair-of-figures">
              <Confusion analysis={analysis} named={chosen} />
              {chosen.id === 'logistic' && <Coefficients analysis={analysis} />}
            </div>
          )}
          <WrongRowLists analysis={analysis} corpus={corpus} />
          <RuleCode analysis={analysis} />
        </>
      ) : (
        <p class="verdict">
          No rule was fitted: {truncateWithCount(agent.notFitted ?? 'no reason is given', 300)}.
        </p>
      )}
      {counts && <RowsAccount family={agent.family} counts={counts} />}
    </section>
  );
}

/** How the rule holds over time: within the window, forward in it, and after it. */
function Later({ analysis, rule }: { readonly analysis: Analysis; readonly rule: EvaluatedRule }) {
  const { walk_forward: forward } = rule;
  const after = prospectiveWords(analysis);
  return (
    <p class="note">
      {steadiness(rule)}{' '}
      {forward && (
        <>
          <Term of="walk-forward" />: learned from earlier runs alone it matches {percent(forward.match_rate)}{' '}
          of later ones.{' '}
        </>
      )}
      {after !== '' && (
        <>
          <Term of="prospective" />: {after}
        </>
      )}
    </p>
  );
}

function chance(p: number | undefined): string {
  if (p === undefined) return 'No permutation test was made: it takes twenty runs.';
  return `Permutation test: were the decisions those of other runs, shifted in time, a tree would match as much with probability ${decimal(p, 3)}.`;
}
