import { SettingsError } from '../shared/errors.ts';
import { nameOnWire } from './names.ts';
import prices from './prices.json' with { type: 'json' };
import { Price, type Row, ratesOf } from './prices.ts';

/** Rows by the names of models. */
export type PriceTable = ReadonlyMap<string, readonly Row[]>;

/** What is charged for a model, given by hand, in USD per million tokens. */
export interface PriceByHand {
  readonly model: string;
  readonly input: number;
  readonly output: number;
}

const BUILT_IN: PriceTable = new Map<string, readonly Row[]>(Object.entries(prices.models));
/** Keys that an error names. */
const MAX_NAMED = 8;

/** The prices that a run goes by. Those given by hand beat those of a file, which beat the built-in ones. */
export class PriceBook {
  readonly #byHand: PriceTable;
  readonly #tables: readonly PriceTable[];

  constructor(byHand: readonly PriceByHand[] = [], file?: PriceTable) {
    this.#byHand = new Map(byHand.map(({ model, input, output }) => [model, [ratesOf(input, output)]]));
    this.#tables = [...(file ? [file] : []), BUILT_IN];
  }

  /** The price of a model on a day; undefined when there is none. By hand a model has the name of --target-models. In a
   * table it is the exact key, that name or the service's own, without the date of a snapshot if need be; else the one
   * key that ends in the name. Throws SettingsError when several do. */
  priceOf(model: string, day: Date): Price | undefined {
    const date = day.toISOString().slice(0, 10);
    const [byHand] = this.#byHand.get(model) ?? [];
    if (byHand) return new Price(byHand);
    for (const table of this.#tables) {
      const row = rowsIn(table, model)?.findLast(({ from }) => from === undefined || from <= date);
      if (row) return new Price(row);
    }
    return undefined;
  }

  /** Throws SettingsError when one of the models has no price: what it costs could not be bounded. */
  require(models: readonly string[], day: Date, flag: string): void {
    const unpriced = models.find((model) => !this.priceOf(model, day));
    if (unpriced === undefined) return;
    throw new SettingsError(
      `${flag}: expected models with a known price, found ${unpriced}; give it by --price ${unpriced}=IN/OUT or --prices FILE, ` +
        'or call it outside the budget by --allow-unpriced',
    );
  }
}

/** The built-in prices. */
export const BUILT_IN_PRICES = new PriceBook();

function rowsIn(table: PriceTable, model: string): readonly Row[] | undefined {
  const name = nameOnWire(model);
  const exact = [model, name, name.replace(/-\d{8}$/, '')].find((key) => table.has(key));
  if (exact !== undefined) return table.get(exact);
  const keys = name === '' ? [] : [...table.keys()].filter((key) => key.endsWith(`/${name}`));
  if (keys.length < 2) return keys[0] === undefined ? undefined : table.get(keys[0]);
  const named = keys.slice(0, MAX_NAMED).join(', ');
  throw new SettingsError(
    `expected one price of ${model}, found ${keys.length} (${named}); say which by --price ${model}=IN/OUT`,
  );
}
