import { type CandidateBatch, candidateReader } from './candidates.ts';
import { type ExtractedBatch, rowReader } from './extract.ts';
import { type BatchForm, candidateForm, rowForm } from './kept-batches.ts';
import type { Reader } from './load.ts';

/** What can be read out of artifacts. */
export interface Batches {
  readonly 'rows-captured': ExtractedBatch;
  readonly 'rows-original': ExtractedBatch;
  readonly candidates: CandidateBatch;
}

export type Kind = keyof Batches;

const KINDS: {
  readonly [K in Kind]: { readonly reader: () => Reader<Batches[K]>; readonly form: BatchForm<Batches[K]> };
} = {
  'rows-captured': { reader: () => rowReader('captured'), form: rowForm('captured') },
  'rows-original': { reader: () => rowReader('original'), form: rowForm('original') },
  candidates: { reader: candidateReader, form: candidateForm },
};

/** A reader for one slice. */
export function readerOf<K extends Kind>(kind: K): Reader<Batches[K]> {
  return KINDS[kind].reader();
}

/** How what was read is kept. */
export function formOf<K extends Kind>(kind: K): BatchForm<Batches[K]> {
  return KINDS[kind].form;
}
