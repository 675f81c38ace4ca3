import { RunError } from '../../../shared/errors.ts';
import { arrayAt, at, isObject, stringAt } from '../../../shared/json.ts';
import { type MessageBatch, readBatch } from './message-batch.ts';

const PAGE = 100;

interface PageQuery {
  readonly limit: number;
  readonly after_id?: string;
}

interface Page {
  readonly listed: readonly MessageBatch[];
  /** Id of the last entry; undefined where it has none. */
  readonly last: string | undefined;
  readonly hasMore: boolean;
}

/** The batches created since then, newest first, each once. Not by the SDK's own paging, which takes an answer that is
 * no page for an empty one. Throws RunError for pages that do not move on. */
export async function listSince(
  since: Date,
  read: (query: PageQuery) => Promise<Page>,
): Promise<MessageBatch[]> {
  const batches = new Map<string, MessageBatch>();
  for (let after: string | undefined; ; ) {
    const query = { limit: PAGE, ...(after !== undefined && { after_id: after }) };
    const { listed, last, hasMore } = await read(query);
    const known = batches.size;
    const recent = listed.filter(({ created_at }) => Date.parse(created_at) >= since.getTime());
    for (const batch of recent) batches.set(batch.id, batch);
    if (!hasMore || recent.length < listed.length) return [...batches.values()];
    if (last === undefined || batches.size === known) {
      throw new RunError(
        'expected each page of the list of batches to move on, found one without a new batch at its end; check ANTHROPIC_BASE_URL',
      );
    }
    after = last;
  }
}

/** The page's batches, without entries that are none. Throws SyntaxError for what is no page. */
export function readPage(page: unknown): Page {
  const data = isObject(page) ? arrayAt(page, 'data') : undefined;
  if (!isObject(page) || !data) throw new SyntaxError('the answer is no list of batches');
  const last = data.at(-1);
  return {
    listed: data.map(readBatch).filter((batch) => batch !== undefined),
    last: isObject(last) ? stringAt(last, 'id') : undefined,
    hasMore: at(page, 'has_more') === true,
  };
}
