import type { ComponentChildren } from 'preact';

interface Props {
  readonly class: 'facts' | 'terms';
  /** By term, in order. */
  readonly of: Readonly<Record<string, ComponentChildren>>;
}

/** Terms, each with what is said of it. */
export function Facts({ class: name, of }: Props) {
  return (
    <dl class={name}>
      {Object.entries(of).map(([term, fact]) => (
        <div>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}
