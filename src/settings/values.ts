import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { BUCKET, BUCKET_FORM, parseStoreUri } from '../store/uri.ts';
import { didYouMean, nearest } from './nearest.ts';

/** Every setting arrives as text (a list as several). These schemas turn it into a value; their messages read
 * `expected …, found …` behind the setting's name. */

function expected(what: string, found: string, meant?: string): string {
  return `expected ${what}, found ${JSON.stringify(found)}${didYouMean(meant)}`;
}

/** Nothing that is set holds one: controls, marks without width, line separators. Text that was copied from a page may,
 * and looks like something else. */
const CONTROL_CHARACTER = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** `meantBy` tells what a text that cannot be read was probably meant to be. */
function text<T>(
  what: string,
  read: (raw: string) => T | undefined,
  meantBy: (raw: string) => string | undefined = () => undefined,
) {
  const error = ({ input }: { readonly input?: unknown }) =>
    `expected ${what}, found ${input === undefined ? 'none' : 'more than one value'}`;
  return z.string({ error }).transform((raw, context) => {
    const trimmed = raw.trim();
    const value = CONTROL_CHARACTER.test(trimmed) ? undefined : read(trimmed);
    if (value !== undefined) return value;
    context.addIssue(expected(what, raw, meantBy(trimmed)));
    return z.NEVER;
  });
}

export function wholeNumber(min: number, max: number, unit = '') {
  return text(`a whole number${unit} from ${min} to ${max}`, (raw) =>
    /^\d{1,15}$/.test(raw) && Number(raw) >= min && Number(raw) <= max ? Number(raw) : undefined,
  );
}

/** A whole number from 1; `0`, `none` and `null` mean no cap and give null. */
export function cap() {
  return text('a whole number, or 0, none or null for no cap', (raw) => {
    if (/^(0+|none|null)$/i.test(raw)) return null;
    return /^\d{1,15}$/.test(raw) ? Number(raw) : undefined;
  });
}

export function amount(what: string) {
  return text(what, (raw) => (/^\d{1,9}(\.\d+)?$/.test(raw) ? Number(raw) : undefined));
}

export function fraction(least: number, most: number) {
  return text(`a number from ${least} to ${most}`, (raw) =>
    /^\d*\.?\d+$/.test(raw) && Number(raw) >= least && Number(raw) <= most ? Number(raw) : undefined,
  );
}

export function oneOf<const T extends string>(choices: readonly T[]) {
  const schema = text(
    `one of ${choices.join(', ')}`,
    (raw) => choices.find((choice) => choice === raw),
    (raw) => nearest(raw, choices),
  );
  return schema.meta({ choices });
}

/** Comma-separated, repeated, or both; each item one of `choices` where these are given. */
export function list(what: string, choices?: readonly string[]) {
  const schema = z.union([z.string(), z.array(z.string())]).transform((raw, context) => {
    const items = [raw].flat().flatMap((part) => part.split(',').map((item) => item.trim()));
    const isBad = (item: string) =>
      item === '' || CONTROL_CHARACTER.test(item) || (choices !== undefined && !choices.includes(item));
    const bad = items.find(isBad);
    if (bad === undefined) return [...new Set(items)];
    const wanted = choices ? `${what} (one or more of ${choices.join(', ')})` : what;
    const found = bad === '' ? [raw].flat().join(' ') : bad;
    context.addIssue(expected(wanted, found, nearest(bad, choices ?? [])));
    return z.NEVER;
  });
  return schema.meta({ takes: 'list', ...(choices && { choices }) });
}

/** Prices by hand, `MODEL=IN/OUT`, comma-separated or repeated; a model's name may hold any of these signs. */
export function prices() {
  return itemsOf('a price such as openai/flash=0.44/1.32, USD per million tokens', (item) => {
    const [, model, input, output] = /^(.+)=(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(item) ?? [];
    return model && input && output
      ? { model: model.trim(), input: Number(input), output: Number(output) }
      : undefined;
  });
}

/** Other names, `CAPTURED=TARGET`, comma-separated or repeated. */
export function aliases() {
  return itemsOf('two models such as gpt-4o=openai/gpt-4o', (item) => {
    const [, captured, target] = /^([^=]+)=(.+)$/.exec(item) ?? [];
    return captured && target ? { captured: captured.trim(), target: target.trim() } : undefined;
  });
}

function itemsOf<T>(what: string, read: (item: string) => T | undefined) {
  const schema = list(what).transform((items, context) => {
    const values = items.map(read);
    const bad = values.indexOf(undefined);
    if (bad === -1) return values as T[];
    context.addIssue(expected(what, items[bad] ?? ''));
    return z.NEVER;
  });
  return schema.meta({ takes: 'list' });
}

interface Facts {
  /** The values that a setting can have, where these are few. */
  readonly choices?: readonly string[];
  readonly takes?: 'boolean' | 'list';
  /** The default, as text. */
  readonly constant?: string;
}

/** What a schema tells of a setting; it may be wrapped. */
export function factsOf(schema: z.core.$ZodType): Facts {
  if (schema instanceof z.ZodOptional) return factsOf(schema.def.innerType);
  if (schema instanceof z.ZodDefault) {
    return { ...factsOf(schema.def.innerType), constant: String(schema.def.defaultValue) };
  }
  return (z.globalRegistry.get(schema) as Facts | undefined) ?? {};
}

/** Unset is false, of this and the next. */
export function flag() {
  const schema = text('true, 1, yes, false, 0, no or nothing', (raw) => {
    if (/^(true|1|yes)$/i.test(raw)) return true;
    return /^(false|0|no|)$/i.test(raw) ? false : undefined;
  });
  return schema.meta({ takes: 'boolean' }).default(false);
}

/** Shell-run's own rule, as it always was: whatever is not true is false. */
export function lenientFlag() {
  return text('', (raw) => /^(true|1|yes)$/i.test(raw))
    .meta({ takes: 'boolean' })
    .default(false);
}

/** ISO 8601 date, or date and time; UTC where no offset is given. A run id has room for two digits of the year. */
export function instant() {
  const date = z.iso.date();
  const dateTime = z.iso.datetime({ offset: true, local: true });
  return text('an ISO 8601 date or time of this century that exists, such as 2026-05-16T09:00:00Z', (raw) => {
    const isDate = date.safeParse(raw).success;
    if (!isDate && !dateTime.safeParse(raw).success) return undefined;
    const value = new Date(isDate ? raw : /(Z|[+-]\d{2}:\d{2})$/.test(raw) ? raw : `${raw}Z`);
    return value.getUTCFullYear() >= 2000 && value.getUTCFullYear() < 2100 ? value : undefined;
  });
}

/** A day. */
export function day() {
  const date = z.iso.date();
  return text('a day such as 2026-05-15', (raw) => (date.safeParse(raw).success ? raw : undefined));
}

/** For a path without a scheme the error names the URI that was probably meant. */
export function storeUri() {
  return z.string('expected one URI, found more than one').transform((raw, context) => {
    const uri = raw.trim();
    try {
      if (CONTROL_CHARACTER.test(uri)) throw new Error(expected('a URI without control characters', uri));
      parseStoreUri(uri);
      return uri;
    } catch (error) {
      const meant = /^\.{0,2}\//.test(uri) ? pathToFileURL(uri).href : undefined;
      context.addIssue(`${(error as Error).message}${didYouMean(meant)}`);
      return z.NEVER;
    }
  });
}

/** A name that can be one segment of a key. */
export function keySegment(what: string) {
  return text(`${what} of letters, digits and . _ - = + @ : (200 at most, no leading dot)`, (raw) =>
    /^[A-Za-z0-9_=+@:-][A-Za-z0-9._=+@:-]{0,199}$/.test(raw) ? raw : undefined,
  );
}

export function bucketName() {
  return text(`a bucket name of ${BUCKET_FORM}`, (raw) => (BUCKET.test(raw) ? raw : undefined));
}

/** A folder of this machine, by its path or its file:// URI. */
export function folder() {
  return text('a folder, or its file:// URI', (raw) => {
    if (!/^[a-z][a-z\d+.-]+:/i.test(raw)) return raw || undefined;
    try {
      const uri = parseStoreUri(raw);
      return uri.scheme === 'file' ? uri.path : undefined;
    } catch {
      return undefined;
    }
  });
}

export function nonEmpty(what: string) {
  return text(what, (raw) => raw || undefined);
}
