import type { Analysis } from '../../results/analysis.ts';
import { pythonOf } from '../../rules/code/python.ts';
import { codedRule } from '../../rules/code/rule.ts';
import { sqlOf } from '../../rules/code/sql.ts';
import { isComplete } from '../../rules/complete.ts';
import { counted } from '../../shared/numbers.ts';
import { chosenRule } from '../rules.ts';

/** Longer code is in its file alone. */
const MAX_SHOWN = 30_000;

/** The rule to run: the same text as in the run's files. */
export function RuleCode({ analysis }: { readonly analysis: Analysis }) {
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
      {text.length > MAX_SHOWN ? (
        <p>{counted(text.length, 'character')}: too long for a page. It is in the run’s files.</p>
      ) : (
        <pre tabindex={0}>{text}</pre>
      )}
    </>
  );
}
