import { z } from 'zod';
import { SettingsError } from '../shared/errors.ts';
import { isObject, type JsonObject, parseJsonObject } from '../shared/json.ts';
import { openStore } from '../store/open.ts';
import { readText } from '../store/read.ts';
import type { PriceTable } from './price-book.ts';
import { type Row, rowSchema } from './prices.ts';

const MILLION = 1_000_000;
/** LiteLLM's file has 2 MB. */
const MAX_BYTES = 64 * 1024 * 1024;

const fileSchema = z.object({
  unit: z.literal('USD per million tokens').optional(),
  models: z.record(z.string(), z.union([rowSchema, z.array(rowSchema)])),
});

/** Reads the file of --prices: our own format, that of the built-in prices.json, or LiteLLM's
 * `model_prices_and_context_window.json`. Throws SettingsError for what is neither, and what the store throws. */
export async function readPriceFile(uri: string): Promise<PriceTable> {
  const [, folder = '', name = ''] = /^(.*)\/([^/]+)$/.exec(uri) ?? [];
  const store = openStore(folder);
  try {
    // Of the two, file URIs are percent-encoded.
    const key = uri.startsWith('file:') ? decodeURIComponent(name) : name;
    const text = await readText(store, key, MAX_BYTES);
    if (text === undefined) throw new SettingsError(`--prices: expected a file at ${uri}, found none`);
    const json = parseJsonObject(text);
    if (!json) throw new SettingsError(`--prices: expected a JSON object in ${uri}, found something else`);
    return isObject(json.models) ? ownTable(json, uri) : liteLlmTable(json, uri);
  } finally {
    store.close();
  }
}

function ownTable(json: JsonObject, uri: string): PriceTable {
  const { data, error } = fileSchema.safeParse(json);
  if (!data) {
    const [issue] = error.issues;
    throw new SettingsError(`--prices: ${uri}: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const byDay = ({ from: one = '' }: Row, { from: other = '' }: Row) => (one < other ? -1 : 1);
  return new Map(Object.entries(data.models).map(([name, rows]) => [name, [rows].flat().sort(byDay)]));
}

/** Entries without a price by the token, such as those of images, are left out. */
function liteLlmTable(json: JsonObject, uri: string): PriceTable {
  const table = new Map(
    Object.entries(json).flatMap(([name, entry]) => {
      const row = isObject(entry) ? liteLlmRow(entry) : undefined;
      return row ? [[name, [row]] as const] : [];
    }),
  );
  if (table.size > 0) return table;
  throw new SettingsError(
    `--prices: expected prices of models in ${uri}, as under "models" of our format or in LiteLLM's file, found none`,
  );
}

function liteLlmRow(entry: JsonObject): Row | undefined {
  const rates = liteLlmRates(entry, '');
  if (!rates) return undefined;
  const tiers = Object.keys(entry).flatMap((key) => /_above_(\d+)k_tokens$/.exec(key)?.[1] ?? []);
  const thousands = tiers.map(Number).sort((one, other) => one - other)[0];
  if (thousands === undefined) return rates;
  const long = liteLlmRates(entry, `_above_${thousands}k_tokens`, rates);
  return { ...rates, ...(long && { long_prompt: { ...long, above_tokens: thousands * 1_000 } }) };
}

/** The rates with a suffix; those that are missing are those `below` it. */
function liteLlmRates(entry: JsonObject, suffix: string, below?: Row): Row | undefined {
  const read = (name: string) => {
    const value = entry[`${name}${suffix}`];
    return typeof value === 'number' && value >= 0 ? value * MILLION : undefined;
  };
  const input = read('input_cost_per_token') ?? below?.input;
  const output = read('output_cost_per_token') ?? below?.output;
  if (input === undefined || output === undefined) return undefined;
  const written = read('cache_creation_input_token_cost') ?? below?.cache_write_5m ?? input;
  return {
    input,
    output,
    cache_read: read('cache_read_input_token_cost') ?? below?.cache_read ?? input,
    cache_write_5m: written,
    cache_write_1h: read('cache_creation_input_token_cost_above_1hr') ?? below?.cache_write_1h ?? written,
  };
}
