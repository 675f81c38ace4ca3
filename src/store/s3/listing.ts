import { RunError } from '../../shared/errors.ts';
import type { Listed, Listing } from '../store.ts';
import type { Page, PageRequest } from './list-page.ts';

/** Keys behind `after`, up to and with `until`. */
interface Range {
  readonly after: string | undefined;
  readonly until: string | undefined;
}

/** A folder, and the delimiter of the common prefixes that it is cut between. */
interface Place {
  readonly folder: string;
  readonly delimiter: string;
}

/** Pages in a row without a key that is new. S3 may send an empty page, and then goes on. */
const MAX_IDLE_PAGES = 100;

/** Everything under a prefix, in key order, each key once. S3 gives a thousand keys a page, and one page after the other. A prefix
 * that holds more is therefore split into ranges that are listed side by side. Where they are cut comes from what is
 * there: first between agents (`/`), then between the dates that run ids of a simulation begin with (`_`). Any cut is
 * right, and a good one is only faster.
 *
 * Keys that are not behind the last one are dropped; those of them that come nowhere else are refused, as are keys
 * without the prefix. Throws RunError, which begins with `doing`, when the pages do not come to an end. */
export async function listWide(
  fetchPage: (request: PageRequest) => Promise<Page>,
  prefix: string,
  doing: string,
): Promise<Listing> {
  const strays = new Set<string>();
  const dropped = new Set<string>();
  const objects = await listRange({ after: undefined, until: undefined }, []);
  const known = new Set(dropped.size > 0 ? objects.map(({ key }) => key) : []);
  const refused = [
    ...Array.from(strays, (key) => ({ key, reason: 'listed without the prefix that was asked for' })),
    ...[...dropped].filter((key) => !known.has(key)).map((key) => ({ key, reason: 'listed out of order' })),
  ];
  return { objects, refused };

  /** `triedBefore` names places where the range is not cut again: the range around it was cut there, or could not be. */
  async function listRange(range: Range, triedBefore: Iterable<string>): Promise<readonly Listed[]> {
    const { until } = range;
    const tried = new Set(triedBefore);
    const found: Listed[] = [];
    const progress = new Progress(doing);
    let last = range.after;
    for (let request: PageRequest = { prefix, after: range.after }; ; ) {
      const page = await fetchPage(request);
      const before = found.length;
      let ends = false;
      for (const object of page.objects) {
        const { key } = object;
        if (!key.startsWith(prefix)) strays.add(key);
        else if (until !== undefined && isBehind(key, until)) ends = true;
        else if (last === undefined || isBehind(key, last)) {
          found.push(object);
          last = key;
        } else dropped.add(key);
      }
      if (ends || page.next === undefined) return found;
      progress.check(page.next, found.length > before);
      const place = last === undefined ? undefined : placesOf(last).find((one) => !tried.has(nameOf(one)));
      if (place && last !== undefined) {
        const cuts = await cutsOf(page, { after: last, until }, place);
        const ofLast = [...tried];
        tried.add(nameOf(place));
        if (cuts.length > 0) {
          const bounds = [last, ...cuts, until];
          const parts = bounds.slice(1).map((bound, index) => ({ after: bounds[index], until: bound }));
          // The last part may be long: a page has a thousand common prefixes at most. It may be cut here again.
          const rest = await Promise.all(
            parts.map((part, index) => listRange(part, index === cuts.length ? ofLast : tried)),
          );
          return found.concat(...rest);
        }
      }
      request = { prefix, token: page.next };
    }
  }

  /** Where to cut what lies behind a key: first between the folders of the prefix, then within the key's own folder. */
  function placesOf(key: string): readonly Place[] {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    const places = [{ folder: prefix, delimiter: '/' }];
    return folder.startsWith(prefix) ? [...places, { folder, delimiter: '_' }] : places;
  }

  /** Keys to cut what is left behind a page at: as many common prefixes apart as that page held, so that a range is
   * about a page. */
  async function cutsOf(
    { objects }: Page,
    range: { after: string; until: string | undefined },
    { folder, delimiter }: Place,
  ) {
    const { after, until } = range;
    const { commonPrefixes } = await fetchPage({ prefix: folder, after, delimiter });
    const held = new Set(objects.map(({ key }) => key.slice(0, key.indexOf(delimiter, folder.length)))).size;
    const cuts: string[] = [];
    let last = after;
    for (const cut of commonPrefixes) {
      if (!isBehind(cut, last) || (until !== undefined && !isBehind(until, cut))) continue;
      cuts.push(cut);
      last = cut;
    }
    return cuts.filter((_, index) => (index + 1) % held === 0);
  }
}

function nameOf({ folder, delimiter }: Place): string {
  return folder + delimiter;
}

/** Sees to it that the pages of one range come to an end. */
class Progress {
  readonly #doing: string;
  readonly #tokens = new Set<string>();
  #idle = 0;

  constructor(doing: string) {
    this.#doing = doing;
  }

  check(token: string, hasNewKeys: boolean): void {
    this.#idle = hasNewKeys ? 0 : this.#idle + 1;
    const found = this.#tokens.has(token)
      ? 'the same continuation token twice'
      : this.#idle >= MAX_IDLE_PAGES && `${this.#idle} pages without a new key`;
    this.#tokens.add(token);
    if (!found) return;
    throw new RunError(
      `${this.#doing}: expected the listing to go on, found ${found}; ask whoever runs this store`,
    );
  }
}

/** In the order of S3, that of the keys' UTF-8 bytes. It is that of UTF-16 but for surrogates, and for what lies behind
 * them. */
function isBehind(key: string, other: string): boolean {
  if (BEYOND.test(key) || BEYOND.test(other)) return Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
  return key > other;
}

const BEYOND = /[\ud800-\uffff]/;
