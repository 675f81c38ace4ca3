import type { ComponentChildren } from 'preact';

interface Props {
  /** By term, in order. */
  readonly of: Readonly<Record<string, ComponentChildren>>;
}

/** Terms, each with what is said of it. */
export function Facts({ of }: Props) {
  return (
    <dl class="facts">
      {Object.entries(of).map(([term, fact]) => (
        <div>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}
