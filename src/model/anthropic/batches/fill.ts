import pMap from 'p-map';
import { untilAborted } from '../../../shared/abort.ts';
import { unreadable } from '../../call.ts';
import type { MessageRequest } from '../request.ts';
import type { BatchRequest } from './api.ts';
import type { BatchSession, ReservedCall } from './session.ts';

/** The API takes 100,000 requests and 256 MB; smaller batches end sooner and keep less in memory. */
export const MAX_REQUESTS = 10_000;
const MAX_BYTES = 32 * 1024 * 1024;
/** Prompts that are read at once. */
const PARALLEL = 32;

/** A batch that is ready to be sent: the calls and their requests, in the same order. */
export interface FilledBatch {
  readonly calls: readonly ReservedCall[];
  readonly requests: readonly BatchRequest[];
}

/** Takes calls off the queue, as many as the budget and one batch have room for, and reads their prompts. With
 * `mayWait` the first call waits for its part of the budget. Once aborted it takes none. */
export async function fillBatch(session: BatchSession, mayWait: boolean): Promise<FilledBatch> {
  const calls: ReservedCall[] = [];
  const requests: BatchRequest[] = [];
  for (let bytes = 0; bytes < MAX_BYTES && calls.length < MAX_REQUESTS; ) {
    const count = Math.min(PARALLEL, MAX_REQUESTS - calls.length);
    const reserved = await reserve(session, count, mayWait && calls.length === 0);
    if (reserved.length === 0) break;
    const read = await pMap(reserved, (one) => requestOf(session, one));
    if (session.signal.aborted) {
      for (const { reservation } of [...calls, ...reserved]) reservation.settle(0);
      return { calls: [], requests: [] };
    }
    for (const [index, request] of read.entries()) {
      if (!request) continue;
      calls.push(reserved[index] as ReservedCall);
      requests.push(request);
      bytes += Buffer.byteLength(JSON.stringify(request));
    }
  }
  return { calls, requests };
}

/** Reserves the next calls, as far as they fit into the budget. */
async function reserve(
  { context: { budget }, queue, signal }: BatchSession,
  count: number,
  mayWait: boolean,
): Promise<ReservedCall[]> {
  const reserved: ReservedCall[] = [];
  if (budget.exhausted) return reserved;
  for (const call of queue.next(count)) {
    const waits = mayWait && reserved.length === 0;
    const reservation =
      budget.tryReserve(call.worstUsd) ??
      (waits ? await untilAborted(budget.reserve(call.worstUsd), signal) : undefined);
    if (!reservation) break;
    queue.take(call.hash);
    reserved.push({ call, reservation });
  }
  return reserved;
}

/** A call's request. When the prompt cannot be read the call is done, and the request is undefined. */
async function requestOf(
  { context }: BatchSession,
  { call, reservation }: ReservedCall,
): Promise<BatchRequest | undefined> {
  try {
    return { custom_id: call.hash, params: (await call.request()) as MessageRequest };
  } catch (error) {
    const outcome = unreadable(error);
    reservation.settle(0);
    await context.completed(call, outcome);
    return undefined;
  }
}
