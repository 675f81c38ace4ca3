import type { Analysis } from '../../results/analysis.ts';
import type { EvaluatedRule } from '../../results/rules.ts';
import { pythonOf } from '../../rules/code/python.ts';
import { codedRule } from '../../rules/code/rule.ts';
import { sqlOf } from '../../rules/code/sql.ts';
import { isComplete } from '../../rules/complete.ts';
import { counted, decimal, percent, percentFine } from '../../shared/numbers.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import type { AgentData, ReportData } from '../data.ts';
import { chosenRule, type NamedRule, rulesOf } from '../rules.ts';
import {
  inputFindings,
  missingWords,
  otherVerdicts,
  prospectiveWords,
  ruleVerdict,
  steadiness,
} from '../verdict-words.ts';
import { ownValue } from '../words.ts';
import { RowsAccount } from './accounts.tsx';
import { Term } from './glossary.tsx';
import { DataTable, Name } from './parts.tsx';
import { Coefficients, Confusion, Depth, Importances, RuleWhiskers } from './rule-figures.tsx';
import { TreePictures } from './tree-picture.tsx';
import { WrongRowLists } from './wrong-rows.tsx';

/** Would a rule have decided the same? */
export function RuleSection({ data, agent }: { data: ReportData; agent: AgentData }) {
  const { analysis, family, notFitted } = agent;
  const counts = ownValue(data.counterfactual?.summary.per_family, family);
  return (
    <section>
      <h3>Would a rule have decided the same?</h3>
      {analysis ? (
        <FittedRules analysis={analysis} corpus={data.corpus} />
      ) : (
        <p class="verdict">
          No rule was fitted: {truncateWithCount(notFitted ?? 'no reason is given', 300)}.
        </p>
      )}
      {counts && <RowsAccount family={family} counts={counts} />}
    </section>
  );
}

function FittedRules({ analysis, corpus }: { readonly analysis: Analysis; readonly corpus: string }) {
  const { evaluation } = analysis;
  const [first] = rulesOf(analysis) as [NamedRule];
  const chosen = chosenRule(analysis);
  const isOther = chosen.id !== first.id;
  return (
    <>
      <InputHealthSection analysis={analysis} />
      <p class="verdict">{ruleVerdict(first.rule, evaluation)}</p>
      {isOther && (
        <p class="verdict">
          But {chosen.name}: {ruleVerdict(chosen.rule, evaluation)}
        </p>
      )}
      <p class="note">
        {counted(analysis.n_samples, 'row')} in {counted(evaluation.runs, 'run')}, depth at most{' '}
        {analysis.max_depth}, {counted(analysis.n_classes, 'different decision')}. The first verdict is the
        greedy tree’s. {otherVerdicts(analysis)} {chance(first.rule.permutation?.p_value)}
      </p>
      {chosen.rule.missing_for_replace?.map((missing) => (
        <p class="warning">{missingWords(missing, evaluation.threshold)}</p>
      ))}
      <Later analysis={analysis} rule={chosen.rule} />
      {analysis.simulated && (
        <p class="warning">Rows of simulated captures are among these: see the caveats.</p>
      )}
      <div class="pair-of-figures">
        <RuleWhiskers analysis={analysis} />
        <Depth analysis={analysis} />
      </div>
      <TreePictures analysis={analysis} />
      <div class="pair-of-figures">
        <Confusion analysis={analysis} named={first} />
        <Importances analysis={analysis} />
      </div>
      {isOther && (
        <div class="pair-of-figures">
          <Confusion analysis={analysis} named={chosen} />
          {chosen.id === 'logistic' && <Coefficients analysis={analysis} />}
        </div>
      )}
      <WrongRowLists analysis={analysis} corpus={corpus} />
      <RuleCode analysis={analysis} />
    </>
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

/** How much of the inputs was captured: what is wrong with them, then all of them. */
function InputHealthSection({ analysis }: { readonly analysis: Analysis }) {
  const { inputs } = analysis;
  if (!inputs) return null;
  const third = (part: number) => (one: (typeof inputs)[number]) => percentFine(one.missing_by_third[part]);
  return (
    <>
      {inputFindings(analysis).map((sentence) => (
        <p class="warning">{sentence}</p>
      ))}
      <details>
        <summary>How much of each input is missing</summary>
        <DataTable
          caption={`Missing inputs of ${truncate(analysis.agent_id_base, 60)}`}
          rows={inputs}
          columns={[
            ['Input', ({ input }) => <Name text={input} max={80} />],
            ['Window', ({ missing }) => percentFine(missing), 'num'],
            ['Oldest third', third(0), 'num'],
            ['Middle', third(1), 'num'],
            ['Newest third', third(2), 'num'],
            ['Last run', ({ missing_in_last_run: last }) => percentFine(last), 'num'],
          ]}
        />
      </details>
    </>
  );
}

/** Longer code is in its file alone. */
const MAX_CHARACTERS = 30_000;

/** The rule to run: the same text as in the run's files. */
function RuleCode({ analysis }: { readonly analysis: Analysis }) {
  if (!isComplete(analysis.classes, analysis.rules)) return null;
  const { id, name } = chosenRule(analysis);
  const rule = codedRule(analysis, id);
  return (
    <details>
      <summary>The rule as code: {name}</summary>
      <p class="note">
        Inputs go by the names of the captures. A level that the rule does not know counts as missing.
      </p>
      <Code title="Python" text={pythonOf(rule, name)} />
      <Code title="SQL, for DuckDB and Athena" text={sqlOf(rule)} />
    </details>
  );
}

function Code({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <>
      <h4>{title}</h4>
      {text.length > MAX_CHARACTERS ? (
        <p>{counted(text.length, 'character')}: too long for a page. It is in the run’s files.</p>
      ) : (
        <pre tabindex={0}>{text}</pre>
      )}
    </>
  );
}
