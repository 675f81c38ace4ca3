import { workerData } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { AgentFamily } from '../agents/family.ts';
import type { ArtifactKey } from '../corpus/key.ts';
import { giveBackMemory } from '../shared/give-back-memory.ts';
import { importStores, openStore } from '../store/open.ts';
import { type Answer, answer, type Counts } from './answer.ts';
import { type CapturedPrompt, loadPrompt } from './candidates.ts';
import { type FittedSubject, fitSubject, fittedRules, nameOfFit } from './fit.ts';
import type { FitTask } from './fit-task.ts';
import { packFit, unpackFit } from './kept-fit.ts';
import { familyOfSlice } from './kept-slices.ts';
import { loadSlices, type Wanted } from './load.ts';
import type { Packed } from './packing.ts';
import { formOf, type Kind, readerOf, type SliceContents } from './reader.ts';
import { type Kept, Shards } from './shards.ts';

/** What every worker of a pool is started with. */
export interface WorkerOptions {
  readonly corpus: string;
  /** Loads in flight per thread, over all its tasks. */
  readonly loadConcurrency: number;
  /** Where finished work is kept; absent where none is. */
  readonly shards?: { readonly uri: string; readonly writes: boolean } | undefined;
}

/** Slices to take from what is kept: their names, and how many artifacts each has. */
export interface RecallTask<K extends Kind> {
  readonly kind: K;
  readonly slices: readonly { readonly name: string; readonly size: number }[];
}

/** Slices to read; one without a name is not kept. */
export interface ReadTask<K extends Kind> {
  readonly kind: K;
  readonly slices: readonly { readonly artifacts: readonly Wanted[]; readonly name: string | undefined }[];
}

const options = workerData as WorkerOptions;
const store = openStore(options.corpus, { create: false });
const shards = options.shards && new Shards(openStore(options.shards.uri), options.shards.writes);
const limit = pLimit(options.loadConcurrency);

// While the main thread lists: the first object need not wait for it.
if (options.corpus.startsWith('s3:')) importStores().catch(() => {});

/** Answers once this thread has loaded everything it needs. */
export function boot(): true {
  return true;
}

/** Takes what is kept of slices, by name. */
export function recall<K extends Kind>({
  kind,
  slices,
}: RecallTask<K>): Promise<Answer<Kept<SliceContents[K]>[]>> {
  const form = formOf(kind);
  const recallOne = async ({
    name,
    size,
  }: RecallTask<K>['slices'][number]): Promise<Kept<SliceContents[K]>> => {
    const family = familyOfSlice(name) as AgentFamily;
    const kept = await shards?.read(`${kind}/${name}`, (packed) => form.unpack(packed, { family, size }));
    return kept ?? 'missing';
  };
  return answer(() => limit.map(slices, recallOne), tell);
}

/** Reads slices, and keeps those that say all there is to say of the objects that were listed. */
export function read<K extends Kind>({ kind, slices }: ReadTask<K>): Promise<Answer<SliceContents[K][]>> {
  return answer(async () => {
    const artifacts = slices.map((slice) => slice.artifacts);
    const loaded = await loadSlices<SliceContents[K]>(store, artifacts, limit, () => readerOf(kind));
    await limit.map(slices, async ({ name }, index) => {
      const { content, isLasting } = loaded[index] as (typeof loaded)[number];
      if (name !== undefined && isLasting) await keep(`${kind}/${name}`, formOf(kind).pack(content));
    });
    return loaded.map(({ content }) => content);
  }, tell);
}

export function readPrompt(artifact: ArtifactKey): Promise<Answer<CapturedPrompt>> {
  return answer(() => loadPrompt(store, artifact), tell);
}

/** Takes what is kept of a task's fit. */
export function recallFit(task: FitTask): Promise<Answer<FittedSubject | undefined>> {
  return answer(async () => {
    const kept = await shards?.read(`fits/${nameOfFit(task)}`, (packed) => unpackFit(packed, task));
    return typeof kept === 'object' ? fitSubject(task, kept.value) : undefined;
  }, tell);
}

export function fit(task: FitTask): Promise<Answer<FittedSubject>> {
  return answer(async () => {
    // The columns of the fit before.
    giveBackMemory();
    const fitted = fittedRules(task);
    if (shards) await keep(`fits/${nameOfFit(task)}`, packFit(fitted));
    return fitSubject(task, fitted);
  }, tell);
}

async function keep(name: string, value: Packed): Promise<void> {
  const reason = await shards?.write(name, value);
  if (reason === undefined) return;
  notKept.count += 1;
  notKept.reason ??= reason;
}

const notKept: { count: number; reason?: string } = { count: 0 };
let told = { ...store.reads };

/** What happened since it was last told. */
function tell(): Counts {
  const { retried, bySdk } = store.reads;
  const { count, reason } = notKept;
  const counts = { retried: retried - told.retried, bySdk: bySdk - told.bySdk, notKept: count };
  told = { retried, bySdk };
  notKept.count = 0;
  return reason === undefined ? counts : { ...counts, notKeptReason: reason };
}
