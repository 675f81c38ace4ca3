import { ACTIONS, type Action } from '../../results/advice.ts';

export const SYMBOLS: Readonly<Record<Action, string>> = {
  replace: '◆',
  switch: '⇄',
  keep: '✓',
  wait: '○',
  stale: '◌',
  do_not_act: '✕',
  not_measured: '?',
};

export function Chip({ action }: { readonly action: Action }) {
  return (
    <span class={`chip ${action}`}>
      <span aria-hidden="true">{SYMBOLS[action]}</span> {ACTIONS[action]}
    </span>
  );
}
