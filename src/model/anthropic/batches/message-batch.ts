import { z } from 'zod';
import { arrayAt, at, isObject, stringAt } from '../../../shared/json.ts';
import { errorIn } from '../../failure.ts';

/** How long the API keeps results. */
export const RESULTS_KEPT_MS = 29 * 24 * 3_600_000;

/** Anthropic's begin with `msgbatch_`, gateways make their own. It stands in a path, and names a document. */
export const BATCH_ID = /^\w[\w.:=~-]{0,199}$/;

const count = z.number().min(0).catch(0);

const batchSchema = z.object({
  id: z.string().regex(BATCH_ID),
  processing_status: z.string(),
  created_at: z.iso.datetime({ offset: true }),
  archived_at: z.string().nullish().catch(null),
  /** Only whether there is one is of interest: results are read at the address of the service. */
  results_url: z.string().nullish().catch(null),
  request_counts: z
    .object({ processing: count, succeeded: count, errored: count, canceled: count, expired: count })
    .catch({ processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 }),
});

/** A batch, as far as it is of interest. */
export type MessageBatch = z.output<typeof batchSchema>;

/** The batch, or undefined for an answer that is none. */
function readBatch(answer: unknown): MessageBatch | undefined {
  return batchSchema.safeParse(answer).data;
}

/** The same, of this `id` if one is given. Throws the error that the answer tells of, or else SyntaxError, which counts as
 * an answer that cannot be read, such as a gateway's page. */
export function expectBatch(answer: unknown, id?: string): MessageBatch {
  const batch = readBatch(answer);
  if (!batch || batch.id !== (id ?? batch.id))
    throw errorIn(answer) ?? new SyntaxError('the answer is no such batch');
  return batch;
}

/** Whether an answer tells of something that was created, in a form that is not the API's. */
export function isForeign(answer: unknown): boolean {
  return isObject(answer) && Boolean(answer.id) && !readBatch(answer) && !errorIn(answer);
}

/** Number of requests in a batch. */
export function sizeOf({ request_counts: counts }: MessageBatch): number {
  return counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired;
}

/** Whether a batch has no results any more. */
export function isArchived({ archived_at, created_at }: MessageBatch): boolean {
  return (archived_at ?? null) !== null || Date.now() - Date.parse(created_at) > RESULTS_KEPT_MS;
}

/** The page's batches, without entries that are none. Throws SyntaxError for what is no page. */
export function readPage(page: unknown) {
  const data = isObject(page) ? arrayAt(page, 'data') : undefined;
  if (!isObject(page) || !data) throw new SyntaxError('the answer is no list of batches');
  const last = data.at(-1);
  return {
    listed: data.map(readBatch).filter((batch) => batch !== undefined),
    /** Id of the last entry; undefined where it has none. */
    last: isObject(last) ? stringAt(last, 'id') : undefined,
    hasMore: at(page, 'has_more') === true,
  };
}
