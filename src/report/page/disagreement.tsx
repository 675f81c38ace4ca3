import type { Disagreement } from '../../results/concordance-run.ts';
import { count, measure } from '../../shared/numbers.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
import { type Diff, type DiffRow, diffOf } from '../json-diff.ts';
import { Name, ObjectLink } from './parts.tsx';

const MAX_DIAGNOSTICS = 8;
const MAX_PROMPT = 3000;

/** One capture that the two models decide differently, decision beside decision. */
export function DisagreementCard({ disagreement, corpus }: { disagreement: Disagreement; corpus: string }) {
  const { artifact_key: key, original_model: original, target_model: target, prompt } = disagreement;
  const diagnostics = Object.entries(disagreement.diagnostics);
  const diff = diffOf(disagreement.original_decision, disagreement.replay_decision);
  return (
    <div class="disagreement">
      <p class="line-up">
        <strong>Agreement {measure(disagreement.agreement)}</strong>{' '}
        <ObjectLink store={corpus} objectKey={key} />
      </p>
      {diagnostics.length > 0 && (
        <p class="small">
          {diagnostics.slice(0, MAX_DIAGNOSTICS).map(([name, value]) => (
            <span class="pair">
              <Name text={truncate(name, 60)} /> {measure(value)}
            </span>
          ))}
          {diagnostics.length > MAX_DIAGNOSTICS && `and ${diagnostics.length - MAX_DIAGNOSTICS} more`}
        </p>
      )}
      <table class="diff">
        <caption class="unseen">Decision and replay of {truncateWithCount(key, 120)}</caption>
        <thead>
          <tr>
            <th scope="col">Decided, {truncate(original, 40)}</th>
            <th scope="col">Replayed, {truncate(target, 40)}</th>
          </tr>
        </thead>
        <tbody>
          {diff.rows.map((row) => (
            <Lines row={row} />
          ))}
          <Cuts cut={diff.cut} />
        </tbody>
      </table>
      {prompt ? (
        <details class="prompt">
          <summary>The prompt</summary>
          {prompt.system && <Prompt name="System" {...prompt.system} />}
          <Prompt name="User" {...prompt.user} />
        </details>
      ) : (
        <p class="note">Its prompt could not be read again.</p>
      )}
    </div>
  );
}

function Lines({ row: { left, right, same } }: { readonly row: DiffRow }) {
  const side = (line: string | null, mark: string, name: string) => {
    if (line === null) return <td class="void" />;
    return <td class={same ? 'same' : name}>{`${same ? ' ' : mark} ${line}`}</td>;
  };
  return (
    <tr>
      {side(left, '−', 'del')}
      {side(right, '+', 'ins')}
    </tr>
  );
}

function Cuts({ cut: { left, right } }: { readonly cut: Diff['cut'] }) {
  if (left === 0 && right === 0) return null;
  return (
    <tr>
      <td class="note">{cutWords(left)}</td>
      <td class="note">{cutWords(right)}</td>
    </tr>
  );
}

/** A prompt of which `cut` characters are lacking already. */
function Prompt({ name, text, cut }: { name: string; text: string; cut: number }) {
  return (
    <>
      <p class="small">{name}</p>
      <pre tabindex={0}>
        {text.slice(0, MAX_PROMPT)}
        {cutWords(Math.max(0, text.length - MAX_PROMPT) + cut)}
      </pre>
    </>
  );
}

function cutWords(more: number): string {
  return more > 0 ? `… (${count(more)} characters more)` : '';
}
