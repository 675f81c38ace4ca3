import { truncateWithCount } from '../../shared/truncate.ts';

/** Longer names may break anywhere, so that no table grows by them. */
const MAX_UNBROKEN = 28;

const PART_END = /(?<=[a-z0-9][_:/=](?=[a-z0-9]))/i;

interface NameProps {
  readonly text: string;
  readonly max?: number;
  /** Whether it may break between its parts, where there is little room. */
  readonly breaks?: boolean;
}

/** A name from data: a key, a field, a label. */
export function Name({ text, max = 100, breaks = false }: NameProps) {
  const shown = truncateWithCount(text, max);
  return (
    <span class={text.length > MAX_UNBROKEN ? 'name long' : 'name'}>
      {breaks ? shown.split(PART_END).map((part, index) => (index === 0 ? part : [<wbr />, part])) : shown}
    </span>
  );
}
