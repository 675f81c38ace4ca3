import { backoffDelay } from '../../../shared/backoff.ts';
import { pause } from '../../../shared/retry.ts';
import { CREATE_MS, type MessageBatch, sizeOf } from './api.ts';
import type { BatchDocument } from './documents.ts';
import type { BatchSession } from './session.ts';

/** How far this machine's clock and the API's may be apart. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Whether a batch may be the one intended, going by its size and the time of its creation. */
export function couldBe(batch: MessageBatch, intent: BatchDocument): boolean {
  const late = Date.parse(batch.created_at) - Date.parse(intent.createdAt);
  return sizeOf(batch) === intent.hashes.length && late > -CLOCK_SKEW_MS && late < CREATE_MS + CLOCK_SKEW_MS;
}

/** A batch that no document names and that may be the one intended: only its results will tell. Those in `others`
 * are known to be something else. */
export async function findCandidate(
  { api, documents }: BatchSession,
  intent: BatchDocument,
  others: ReadonlySet<string> = new Set(),
): Promise<MessageBatch | undefined> {
  const since = new Date(Date.parse(intent.createdAt) - CLOCK_SKEW_MS);
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
  const { api, documents, timing } = session;
  const others = new Set<string>();
  for (let polls = 0; ; polls += 1) {
    // The process that intends it may be alive and learn the id.
    const document = (await documents.read(intent.key)) ?? intent;
    if (document.batchId !== null) return document;
    const candidate = await findCandidate(session, document, others);
    if (candidate) {
      const batch = await waitForEnd(session, candidate.id);
      const customId = batch && (await api.firstCustomId(batch));
      if (customId !== undefined && document.hashes.includes(customId)) {
        return { ...document, batchId: candidate.id };
      }
      others.add(candidate.id);
    } else if (Date.now() - Date.parse(document.createdAt) > timing.intentMs) {
      return undefined;
    } else {
      await waitForPoll(session, polls);
    }
  }
}

/** Waits until a batch has ended. Resolves to undefined when the batch, or its results, are gone. */
export async function waitForEnd(session: BatchSession, id: string): Promise<MessageBatch | undefined> {
  for (let polls = 0; ; polls += 1) {
    const batch = await session.api.retrieve(id);
    if (batch?.processing_status === 'ended') return batch.results_url === null ? undefined : batch;
    if (!batch) return undefined;
    await waitForPoll(session, polls);
  }
}

/** Waits ever longer. A quarter of the wait is left to chance, so that batches sent together are not asked for
 * together. */
function waitForPoll({ timing, signal }: BatchSession, polls: number): Promise<void> {
  const { firstPollMs: base, longestPollMs: longest } = timing;
  return pause(backoffDelay({ base, factor: 1.5, longest, jitter: 0.25 }, polls + 1), signal);
}
