import type { Analysis, InputHealth } from '../results/analysis.ts';
import { counted } from '../shared/numbers.ts';
import { truncate } from '../shared/truncate.ts';

/** What is wrong with inputs of an agent, a sentence each. */
export function inputFindings(analysis: Pick<Analysis, 'inputs'> | null): string[] {
  return (analysis?.inputs ?? []).flatMap((health) => wordsOf(health) ?? []);
}

function wordsOf({ input, finding, runs_of_finding: runs }: InputHealth): string | undefined {
  if (finding === null) return undefined;
  const name = truncate(input, 60);
  const newest = `the newest ${counted(runs ?? 0, 'run')}`;
  return {
    vanished: `Input ${name} vanished: it is missing in all of ${newest}.`,
    constant: `Input ${name} stands still: it has one value in all of ${newest}.`,
    shifted: `Input ${name} left its range: all its values in ${newest} are far outside of those before.`,
  }[finding];
}
