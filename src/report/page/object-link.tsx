import { truncateWithCount } from '../../shared/truncate.ts';
import { hrefOf } from '../links.ts';
import { Name } from './name.tsx';

interface Props {
  readonly store: string;
  readonly objectKey: string;
  readonly text?: string;
}

/** Bytes of the longest key of S3: what is longer is no object's key. */
const MAX_KEY = 1024;

/** A link to an object of a store. */
export function ObjectLink({ store, objectKey, text }: Props) {
  if (objectKey.length > MAX_KEY) return <Name text={text ?? objectKey} max={120} />;
  return (
    <a class="name long" href={hrefOf(store, objectKey.toWellFormed())} rel="noreferrer">
      {truncateWithCount(text ?? objectKey, 120)}
    </a>
  );
}
