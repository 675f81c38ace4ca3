import { candidateReader, type SliceCandidates } from './candidates.ts';
import { rowReader, type SliceRows } from './extract.ts';
import { candidateForm, rowForm, type SliceForm } from './kept-slices.ts';
import type { Reader } from './load.ts';

/** What can be read out of artifacts. */
export interface SliceContents {
  readonly 'rows-captured': SliceRows;
  readonly 'rows-original': SliceRows;
  readonly candidates: SliceCandidates;
}

export type Kind = keyof SliceContents;

const KINDS: {
  readonly [K in Kind]: {
    readonly reader: () => Reader<SliceContents[K]>;
    readonly form: SliceForm<SliceContents[K]>;
  };
} = {
  'rows-captured': { reader: () => rowReader('captured'), form: rowForm('captured') },
  'rows-original': { reader: () => rowReader('original'), form: rowForm('original') },
  candidates: { reader: candidateReader, form: candidateForm },
};

/** A reader for one slice. */
export function readerOf<K extends Kind>(kind: K): Reader<SliceContents[K]> {
  return KINDS[kind].reader();
}

/** How what was read is kept. */
export function formOf<K extends Kind>(kind: K): SliceForm<SliceContents[K]> {
  return KINDS[kind].form;
}
