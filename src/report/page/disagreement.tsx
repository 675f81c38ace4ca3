import { diffArrays } from 'diff';
import type { Disagreement } from '../../results/concordance-run.ts';
import { count, measure } from '../../shared/numbers.ts';
import { truncate, truncateWithCount } from '../../shared/truncate.ts';
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

/** Characters of each decision that are compared and shown. */
const MAX_CHARACTERS = 2000;
/** What lies deeper in them is left out. */
const DEEPEST = 40;

/** Two lines beside each other; null where the other side has no counterpart. */
interface DiffRow {
  readonly left: string | null;
  readonly right: string | null;
  readonly same: boolean;
}

type Diff = ReturnType<typeof diffOf>;

/** Two JSON values, pretty-printed with sorted keys, line beside line; and how many characters are left out of each. */
export function diffOf(left: unknown, right: unknown) {
  const [a, b] = [linesOf(left), linesOf(right)];
  return { rows: pairs(a.lines, b.lines), cut: { left: a.cut, right: b.cut } };
}

function linesOf(value: unknown) {
  const text = JSON.stringify(sorted(value), null, 2) ?? '–';
  return { lines: text.slice(0, MAX_CHARACTERS).split('\n'), cut: Math.max(0, text.length - MAX_CHARACTERS) };
}

function sorted(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return '…';
  if (Array.isArray(value)) return value.map((inner) => sorted(inner, depth + 1));
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner, depth + 1)]));
}

/** Equal lines stand beside each other; what lies between them is set beside each other in order. */
function pairs(left: readonly string[], right: readonly string[]): readonly DiffRow[] {
  const rows: DiffRow[] = [];
  let [i, j] = [0, 0];
  let [removed, added]: [readonly string[], readonly string[]] = [[], []];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++) {
      rows.push({ left: removed[at] ?? null, right: added[at] ?? null, same: false });
    }
    [removed, added] = [[], []];
  };
  const comparator = (a: string, b: string) => bare(a) === bare(b);
  for (const change of diffArrays([...left], [...right], { comparator })) {
    const [ours, theirs] = [left.slice(i, i + change.count), right.slice(j, j + change.count)];
    if (change.removed) removed = ours;
    else if (change.added) added = theirs;
    else {
      flush();
      rows.push(...ours.map((line, at) => ({ left: line, right: theirs[at] ?? null, same: true })));
    }
    if (!change.added) i += change.count;
    if (!change.removed) j += change.count;
  }
  flush();
  return rows;
}

/** A comma after it does not make a line another one. */
function bare(line: string): string {
  return line.endsWith(',') ? line.slice(0, -1) : line;
}
