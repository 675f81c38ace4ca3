import type { ComponentChildren } from 'preact';

interface Props {
  readonly title: string;
  /** What is to be known to read it. */
  readonly note?: ComponentChildren;
  readonly children: ComponentChildren;
  /** The same numbers as a table. */
  readonly table?: ComponentChildren;
}

export function Figure({ title, note, children, table }: Props) {
  return (
    <figure>
      <figcaption>
        <strong>{title}</strong>
        {note && <span class="note">{note}</span>}
      </figcaption>
      {children}
      {table && (
        <details class="behind">
          <summary>Table</summary>
          {table}
        </details>
      )}
    </figure>
  );
}
