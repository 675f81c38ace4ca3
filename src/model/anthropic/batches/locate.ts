import { NotFoundError } from '../../../shared/errors.ts';
import { CREATE_MS, waitForPoll } from './api.ts';
import { type BatchDocument, isOpen } from './documents.ts';
import { isArchived, type MessageBatch, RESULTS_KEPT_MS, sizeOf } from './message-batch.ts';
import type { BatchSession } from './session.ts';

/** How far this machine's clock and the API's may be apart. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Whether a batch may be the one intended, going by its size and the time of its creation. */
export function couldBe(batch: MessageBatch, intent: BatchDocument): boolean {
  const late = Date.parse(batch.created_at) - Date.parse(intent.created_at);
  return sizeOf(batch) === intent.hashes.length && late > -CLOCK_SKEW_MS && late < CREATE_MS + CLOCK_SKEW_MS;
}

/** A batch that no document names and that may be the one intended: only its results will tell. Those in `others`
 * are known to be something else. */
export async function findUnnamed(
  { api, documents }: BatchSession,
  intent: BatchDocument,
  others: ReadonlySet<string> = new Set(),
): Promise<MessageBatch | undefined> {
  const since = new Date(Date.parse(intent.created_at) - CLOCK_SKEW_MS);
  const batches = await api.list(since);
  return batches.find(
    (batch) => !documents.names(batch.id) && !others.has(batch.id) && couldBe(batch, intent),
  );
}

/** Looks for a batch that was intended and may have been created. Resolves to its document with the batch's id, or
 * to undefined when the batch was never created. */
export async function locateBatch(
  session: BatchSession,
  intent: BatchDocument,
): Promise<BatchDocument | undefined> {
  const { documents, timing } = session;
  const others = new Set<string>();
  // By this machine's own clock, too: the other's may be ahead.
  let unchanged = { createdAt: intent.created_at, since: performance.now() };
  for (let polls = 0; ; polls += 1) {
    // The process that intends it may be alive and learn the id.
    const document = (await documents.read(intent.key)) ?? intent;
    if (document.batch_id !== null) return document;
    if (!isOpen(document)) return undefined;
    const { created_at: createdAt } = document;
    if (createdAt !== unchanged.createdAt) unchanged = { createdAt, since: performance.now() };
    const age = Math.max(Date.now() - Date.parse(createdAt), performance.now() - unchanged.since);
    const unnamed = await findUnnamed(session, document, others);
    if (unnamed) {
      const customId = await customIdOf(session, unnamed.id);
      if (customId !== undefined && document.hashes.includes(customId)) {
        return { ...document, batch_id: unnamed.id };
      }
      others.add(unnamed.id);
    } else if (age > timing.intentMs) {
      return undefined;
    } else {
      await waitForPoll(session, polls);
    }
  }
}

async function customIdOf(session: BatchSession, id: string): Promise<string | undefined> {
  try {
    return await session.api.firstCustomId(await waitForEnd(session, id));
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Waits until a batch has ended. Throws NotFoundError when the batch, or its results, are gone: archived, too old, or
 * neither found nor listed for minutes. An answer that it is not found, or that its results are not there yet, may
 * come from a replica that is behind. */
export async function waitForEnd(session: BatchSession, id: string): Promise<MessageBatch> {
  const { api, timing, log } = session;
  let doubtfulSince: number | undefined;
  for (let polls = 0; ; polls += 1) {
    let batch = await api.retrieve(id);
    if (batch && isArchived(batch)) throw new NotFoundError(`batch ${id} is archived`);
    const isEnded = batch?.processing_status === 'ended';
    if (batch && isEnded && (batch.results_url ?? null) !== null) return batch;
    if (batch && !isEnded) {
      doubtfulSince = undefined;
    } else if (doubtfulSince === undefined) {
      doubtfulSince = performance.now();
      polls = 0;
      log(`${id} ${batch ? 'has no results yet' : 'is not found'}; asking again for some minutes`);
    } else if (performance.now() - doubtfulSince > timing.goneMs) {
      batch ??= await findListed(session, id);
      if (!batch || isArchived(batch)) throw new NotFoundError(`batch ${id} is gone`);
      if (batch.processing_status === 'ended') return batch;
      doubtfulSince = undefined;
    }
    await waitForPoll(session, polls);
  }
}

async function findListed({ api }: BatchSession, id: string): Promise<MessageBatch | undefined> {
  const batches = await api.list(new Date(Date.now() - RESULTS_KEPT_MS));
  return batches.find((batch) => batch.id === id);
}
