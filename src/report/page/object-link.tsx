import { analysisKey } from '../../results/analysis.ts';
import { truncateWithCount } from '../../shared/truncate.ts';
import type { AgentData } from '../data.ts';
import { hrefOf } from '../links.ts';
import { Name } from './name.tsx';

interface Props {
  readonly store: string;
  readonly objectKey: string;
  readonly text?: string | undefined;
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

interface AnalysisLinkProps {
  readonly store: string;
  readonly agent: Pick<AgentData, 'id' | 'analysis'>;
  readonly text?: string;
}

/** A link to an agent's analysis; a dash where there is none. */
export function AnalysisLink({ store, agent: { id, analysis }, text }: AnalysisLinkProps) {
  if (!analysis) return <>–</>;
  return <ObjectLink store={store} objectKey={analysisKey(analysis.kind, id, analysis.run_id)} text={text} />;
}
