import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT_IN_PRICES, PriceBook } from '../../src/model/price-book.ts';
import { readPriceFile } from '../../src/model/price-file.ts';
import { SettingsError } from '../../src/shared/errors.ts';

const TODAY = new Date('2026-11-21');
const LITELLM = {
  sample_spec: { input_cost_per_token: 'USD', mode: 'one of: chat, …' },
  'image-1': { output_cost_per_image: 0.04, mode: 'image_generation' },
  'deepseek-v4-flash': {
    input_cost_per_token: 3e-7,
    output_cost_per_token: 1.2e-6,
    cache_read_input_token_cost: 6e-9,
    off_peak_pricing: {},
  },
  'deepseek/deepseek-v4-flash': { input_cost_per_token: 9e-7, output_cost_per_token: 9e-7 },
  'vertex_ai/gemini-9': {
    input_cost_per_token: 1e-6,
    input_cost_per_token_above_200k_tokens: 2e-6,
    output_cost_per_token: 4e-6,
    output_cost_per_token_above_200k_tokens: 8e-6,
    output_cost_per_token_above_200k_tokens_priority: 9e-6,
    cache_read_input_token_cost: 1e-7,
    cache_read_input_token_cost_above_200k_tokens: 2e-7,
  },
  'one/twin': { input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 },
  'two/twin': { input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 },
};
const OWN = {
  unit: 'USD per million tokens',
  models: {
    house: { input: 1, output: 2 },
    'claude-haiku-4-5': [
      { input: 9, output: 9 },
      { from: '2026-11-01', input: 7, output: 7, cache_read: 1 },
    ],
  },
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prices 100% '));
});

afterAll(() => rm(folder, { recursive: true }));

async function fileOf(content: unknown): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}.json`);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return pathToFileURL(path).href;
}

/** USD of a million tokens each way, or of that many. */
function perMillion(book: PriceBook, model: string, input = 1e6, output = 1e6): number | undefined {
  return book.priceOf(model, TODAY)?.costOf(input, output, 'messages');
}

describe('the price of a model', () => {
  it('is that of its name, with the prefix or without', async () => {
    const book = new PriceBook([], await readPriceFile(await fileOf(LITELLM)));
    expect(perMillion(book, 'openai/deepseek-v4-flash')).toBeCloseTo(1.5, 12);
    expect(perMillion(book, 'openai/deepseek/deepseek-v4-flash')).toBeCloseTo(1.8, 12);
    expect(perMillion(book, 'deepseek-v4-flash')).toBeCloseTo(1.5, 12);
    expect(perMillion(book, 'openai/claude-haiku-4-5')).toBe(6);
  });

  it('is that of the one key that ends in it, else there has to be said which', async () => {
    const book = new PriceBook(
      [{ model: 'twin', input: 1, output: 2 }],
      await readPriceFile(await fileOf(LITELLM)),
    );
    expect(perMillion(book, 'openai/gemini-9', 100_000, 100_000)).toBeCloseTo(0.5, 12);
    expect(() => perMillion(book, 'openai/twin')).toThrow(
      /found 2 \(one\/twin, two\/twin\); say which by --price/,
    );
    expect(perMillion(book, 'twin')).toBe(3);
  });

  it('is higher for every token of a long prompt', async () => {
    const book = new PriceBook([], await readPriceFile(await fileOf(LITELLM)));
    expect(perMillion(book, 'openai/gemini-9', 200_000, 1e6)).toBeCloseTo(4.2, 12);
    expect(perMillion(book, 'openai/gemini-9', 200_001, 1e6)).toBeCloseTo(8.400002, 12);
  });

  it('by hand beats that of a file, which beats the built-in one', async () => {
    const file = await readPriceFile(await fileOf(OWN));
    expect(perMillion(new PriceBook([], file), 'claude-haiku-4-5')).toBe(14);
    expect(perMillion(new PriceBook([], file), 'claude-haiku-4-5-20251001')).toBe(14);
    expect(perMillion(new PriceBook([], file), 'claude-opus-5')).toBe(30);
    expect(perMillion(new PriceBook([], file), 'openai/house')).toBe(3);
    const byHand = [{ model: 'openai/house', input: 0.5, output: 0 }];
    expect(perMillion(new PriceBook(byHand, file), 'openai/house')).toBe(0.5);
  });

  it('is of no other by likeness', () => {
    expect(BUILT_IN_PRICES.priceOf('claude-haiku-4-5-20251001', TODAY)).toBeDefined();
    for (const model of [
      'claude-haiku-4',
      'claude-haiku-4-5-fast',
      'constructor',
      '__proto__',
      '',
      'openai/',
    ]) {
      expect(BUILT_IN_PRICES.priceOf(model, TODAY)).toBeUndefined();
    }
  });

  it('is needed, and its want told in one line that says how to give it', () => {
    const need = (models: string[]) => BUILT_IN_PRICES.require(models, TODAY, '--target-models');
    expect(() => need(['claude-haiku-4-5'])).not.toThrow();
    expect(() => need(['claude-haiku-4-5', 'openai/gpt-9'])).toThrow(
      /^--target-models: .* found openai\/gpt-9; give it by --price openai\/gpt-9=IN\/OUT or --prices FILE, or .*--allow-unpriced$/,
    );
  });
});

it.each([
  ['no JSON', '<html>', /expected a JSON object/],
  ['no prices', { a: 1 }, /expected prices of models/],
  ['a price that is none', { models: { house: { input: -1, output: 2 } } }, /models\.house/],
  ['another unit', { ...OWN, unit: 'EUR' }, /unit/],
])('a file with %s is refused by name', async (_, content, message) => {
  const uri = await fileOf(content);
  const reading = readPriceFile(uri);
  await expect(reading).rejects.toThrow(SettingsError);
  await expect(reading).rejects.toThrow(message);
  await expect(reading).rejects.toThrow(uri);
});

it.each(['none.json', 'none/none.json'])('a file that is not there is refused: %s', async (name) => {
  const uri = pathToFileURL(join(folder, name)).href;
  await expect(readPriceFile(uri)).rejects.toThrow(/--prices: expected a file at .*, found none/);
});

it('rows of a file may stand in any order', async () => {
  const rows = [
    { from: '2026-06-01', input: 3, output: 3 },
    { input: 1, output: 1 },
    { from: '2026-01-01', input: 2, output: 2 },
  ];
  const book = new PriceBook([], await readPriceFile(await fileOf({ models: { house: rows } })));
  const on = (day: string) => book.priceOf('house', new Date(day))?.costOf(1_000_000, 0, 'messages');
  expect(['2025-12-31', '2026-01-01', '2026-07-01'].map(on)).toEqual([1, 2, 3]);
});
