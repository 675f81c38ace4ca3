import { RunError } from '../../shared/errors.ts';
import type { Listed, Listing } from '../store.ts';
import type { Page, PageRequest } from './list-page.ts';

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
  const objects = await listRange(undefined, undefined, []);
  const known = new Set(dropped.size > 0 ? objects.map(({ key }) => key) : []);
  const refused = [
    ...Array.from(strays, (key) => ({ key, reason: 'listed without the prefix that was asked for' })),
    ...[...dropped].filter((key) => !known.has(key)).map((key) => ({ key, reason: 'listed out of order' })),
  ];
  return { objects, refused };

  /** The keys behind `after`, up to and with `until`. `triedBefore` names places where they are not cut again: the range
   * around them was cut there, or could not be. */
  async function listRange(
    after: string | undefined,
    until: string | undefined,
    triedBefore: Iterable<string>,
  ): Promise<readonly Listed[]> {
    const tried = new Set(triedBefore);
    const found: Listed[] = [];
    const checkProgress = progressCheck(doing);
    let last = after;
    for (let request: PageRequest = { prefix, after }; ; ) {
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
      checkProgress(page.next, found.length > before);
      const place = last === undefined ? undefined : placesOf(last).find(({ name }) => !tried.has(name));
      if (place && last !== undefined) {
        const cuts = await cutsOf(page, last, until, place);
        const ofLast = [...tried];
        tried.add(place.name);
        if (cuts.length > 0) {
          const bounds = [last, ...cuts];
          // The last part may be long: a page has a thousand common prefixes at most. It may be cut here again.
          const rest = await Promise.all(
            bounds.map((bound, index) =>
              index < cuts.length ? listRange(bound, cuts[index], tried) : listRange(bound, until, ofLast),
            ),
          );
          return found.concat(...rest);
        }
      }
      request = { prefix, token: page.next };
    }
  }

  /** Where to cut what lies behind a key, between the common prefixes of a folder: first between the folders of the
   * prefix, then within the key's own folder. */
  function placesOf(key: string) {
    const own = key.slice(0, key.lastIndexOf('/') + 1);
    const place = (folder: string, delimiter: string) => ({ folder, delimiter, name: folder + delimiter });
    return own.startsWith(prefix) ? [place(prefix, '/'), place(own, '_')] : [place(prefix, '/')];
  }

  /** Keys to cut what is left behind a page at: as many common prefixes apart as that page held, so that a range is
   * about a page. */
  async function cutsOf(
    { objects }: Page,
    after: string,
    until: string | undefined,
    { folder, delimiter }: ReturnType<typeof placesOf>[number],
  ) {
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

/** Sees to it that the pages of one range come to an end: to be called after each with the token of the next. */
function progressCheck(doing: string) {
  const tokens = new Set<string>();
  let idle = 0;
  return (token: string, hasNewKeys: boolean): void => {
    idle = hasNewKeys ? 0 : idle + 1;
    const found = tokens.has(token)
      ? 'the same continuation token twice'
      : idle >= MAX_IDLE_PAGES && `${idle} pages without a new key`;
    tokens.add(token);
    if (!found) return;
    throw new RunError(
      `${doing}: expected the listing to go on, found ${found}; ask whoever runs this store`,
    );
  };
}

/** In the order of S3, that of the keys' UTF-8 bytes. It is that of UTF-16 but for surrogates, and for what lies behind
 * them. */
function isBehind(key: string, other: string): boolean {
  if (BEYOND.test(key) || BEYOND.test(other)) return Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
  return key > other;
}

const BEYOND = /[\ud800-\uffff]/;
