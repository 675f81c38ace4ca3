import type { Listed } from '../store.ts';
import type { Page, PageRequest } from './list-page.ts';

/** Keys behind `after`, up to and with `until`. */
interface Range {
  readonly after: string | undefined;
  readonly until: string | undefined;
}

/** Everything under a prefix, in key order. S3 gives a thousand keys a page, and one page after the other; a prefix
 * that holds more is therefore split into ranges that are listed side by side. Where they are cut comes from what is
 * there: first between agents (`/`), then between the dates that run ids of a simulation begin with (`_`). Any cut is
 * right, and a good one is only faster. */
export async function listWide(
  fetchPage: (request: PageRequest) => Promise<Page>,
  prefix: string,
): Promise<readonly Listed[]> {
  return listRange({ after: undefined, until: undefined }, ['/', '_']);

  async function listRange(range: Range, delimiters: readonly string[]): Promise<readonly Listed[]> {
    const { until } = range;
    const objects: Listed[] = [];
    let untried = delimiters;
    for (let request: PageRequest = { prefix, after: range.after }; ; ) {
      const page = await fetchPage(request);
      const last = page.objects.at(-1)?.key;
      const ends = until !== undefined && last !== undefined && isBehind(last, until);
      for (const object of page.objects) if (!ends || !isBehind(object.key, until)) objects.push(object);
      if (ends || page.next === undefined) return objects;
      const [delimiter, ...deeper] = untried;
      untried = deeper;
      const cuts = delimiter && last ? await cutsOf(page, until, delimiter) : [];
      if (cuts.length > 0) {
        const bounds = [last, ...cuts, until];
        const ranges = bounds.slice(1).map((bound, index) => ({ after: bounds[index], until: bound }));
        const rest = await Promise.all(ranges.map((part) => listRange(part, deeper)));
        return objects.concat(...rest);
      }
      request = { prefix, token: page.next };
    }
  }

  /** Places to cut what is left behind a page at: as many common prefixes apart as that page held, so that a range is
   * about a page. */
  async function cutsOf({ objects }: Page, until: string | undefined, delimiter: string): Promise<string[]> {
    const after = objects.at(-1)?.key as string;
    const folder = delimiter === '/' ? prefix : after.slice(0, after.lastIndexOf('/') + 1);
    if (!folder.startsWith(prefix)) return [];
    const { commonPrefixes } = await fetchPage({ prefix: folder, after, delimiter });
    const held = new Set(objects.map(({ key }) => key.slice(0, key.indexOf(delimiter, folder.length)))).size;
    return commonPrefixes
      .filter((cut) => isBehind(cut, after) && (until === undefined || isBehind(until, cut)))
      .filter((_, index) => (index + 1) % held === 0);
  }
}

/** In the order of S3, that of the keys' UTF-8 bytes. */
function isBehind(key: string, other: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
}
