import type { Advice } from '../data.ts';

const CHIPS = {
  replace: { symbol: '◆', word: 'Replace by a rule' },
  switch: { symbol: '⇄', word: 'Switch model' },
  keep: { symbol: '✓', word: 'Keep' },
  wait: { symbol: '○', word: 'Wait' },
  unmeasured: { symbol: '?', word: 'Not measured' },
  control: { symbol: '=', word: 'Control' },
} as const satisfies Record<Advice['action'], { symbol: string; word: string }>;

/** The order in which actions are told: what to act on first. */
export const ACTIONS = ['replace', 'switch', 'keep', 'wait', 'unmeasured'] as const;

export function wordOf(action: Advice['action']): string {
  return CHIPS[action].word;
}

export function symbolOf(action: Advice['action']): string {
  return CHIPS[action].symbol;
}

export function Chip({ action }: { readonly action: Advice['action'] }) {
  return (
    <span class={`chip ${action}`}>
      <span aria-hidden="true">{symbolOf(action)}</span> {wordOf(action)}
    </span>
  );
}
