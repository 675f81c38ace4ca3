import { type CandidateBatch, candidateReader } from './candidates.ts';
import { type ExtractedBatch, rowReader } from './extract.ts';
import type { Reader } from './load.ts';

/** What can be read out of artifacts. */
export interface Batches {
  readonly 'rows-captured': ExtractedBatch;
  readonly 'rows-original': ExtractedBatch;
  readonly candidates: CandidateBatch;
}

export type Kind = keyof Batches;

const READERS: { readonly [K in Kind]: () => Reader<Batches[K]> } = {
  'rows-captured': () => rowReader('captured'),
  'rows-original': () => rowReader('original'),
  candidates: candidateReader,
};

/** A reader for one slice. */
export function readerOf<K extends Kind>(kind: K): Reader<Batches[K]> {
  return READERS[kind]();
}
