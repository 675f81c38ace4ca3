import type { Listed } from './store.ts';

/** What to list: keys that start with `prefix`, behind `after`, from where `token` left off; those that hold
 * `delimiter` beyond the prefix as one common prefix each. */
export interface PageRequest {
  readonly prefix: string;
  readonly after?: string | undefined;
  readonly token?: string | undefined;
  readonly delimiter?: string;
}

export interface Page {
  readonly objects: readonly Listed[];
  readonly commonPrefixes: readonly string[];
  /** Absent on the last page. */
  readonly next: string | undefined;
}

/** Keys behind `after`, up to and with `until`. */
interface Range {
  readonly after: string | undefined;
  readonly until: string | undefined;
}

/** Ranges that one is split into at most. */
const MAX_RANGES = 32;

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
      const cuts = delimiter && last ? await cutsOf({ after: last, until }, delimiter) : [];
      if (cuts.length > 0) {
        const bounds = [last, ...cuts, until];
        const ranges = bounds.slice(1).map((bound, index) => ({ after: bounds[index], until: bound }));
        const rest = await Promise.all(ranges.map((part) => listRange(part, deeper)));
        return objects.concat(...rest);
      }
      request = { prefix, token: page.next };
    }
  }

  /** Places to cut a range at, at the most `MAX_RANGES - 1`, evenly taken of a page of common prefixes. */
  async function cutsOf({ after, until }: { after: string; until: string | undefined }, delimiter: string) {
    const folder = delimiter === '/' ? prefix : after.slice(0, after.lastIndexOf('/') + 1);
    if (!folder.startsWith(prefix)) return [];
    const { commonPrefixes } = await fetchPage({ prefix: folder, after, delimiter });
    const inside = commonPrefixes.filter(
      (cut) => isBehind(cut, after) && (until === undefined || isBehind(until, cut)),
    );
    const step = Math.max(1, inside.length / (MAX_RANGES - 1));
    const count = Math.min(inside.length, MAX_RANGES - 1);
    return Array.from({ length: count }, (_, index) => inside[Math.floor(index * step)] as string);
  }
}

/** In the order of S3, that of the keys' UTF-8 bytes. */
function isBehind(key: string, other: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
}
