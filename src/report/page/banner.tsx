import type { CounterfactualResult } from '../../results/counterfactual-run.ts';
import { counted } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';

type Controls = CounterfactualResult['summary']['controls'];

const MAX_NAMED = 12;

/** Whether the rules' numbers can be trusted. */
export function ControlsBanner({ controls }: { readonly controls: Controls }) {
  const { status, positive, negative } = controls;
  const tested = `${counted(positive.tested.length, 'deterministic agent')}, ${counted(negative.tested, 'rule')} on shifted decisions`;
  if (status === 'passed') {
    return (
      <p class="banner good">
        <strong>✓ Controls passed.</strong> Rules were found where there are rules, none where there are none
        ({tested}).
      </p>
    );
  }
  if (status === 'untested') {
    return (
      <p class="banner doubtful">
        <strong>? Controls untested.</strong> No deterministic agent had enough rows to tell whether this run
        finds rules where they are. Take its numbers with care.
      </p>
    );
  }
  return (
    <p class="banner bad">
      <strong>! Do not act on these numbers: the controls failed.</strong> {failuresOf(controls)} Look there
      first; the fault may be in every other number of this run ({tested}).
    </p>
  );
}

function failuresOf({ positive, negative }: Controls): string {
  const sentences: string[] = [];
  if (positive.failed.length > 0) {
    sentences.push(
      `The rule behind ${named(positive.failed.map((one) => one.agent_id_base))} was not found.`,
    );
  }
  if (negative.failed.length > 0) {
    sentences.push(`A rule was found in shifted decisions of ${shiftedNames(negative)}.`);
  }
  return sentences.join(' ');
}

/** The rules that were found where there is nothing to find. */
export function shiftedNames({ failed }: Controls['negative']): string {
  return named(failed.map(({ agent_id_base: id, rule }) => `${id} (${rule})`));
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).map((name) => truncate(name, 60));
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
